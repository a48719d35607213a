-- Interactions for seqrec: one row an event, of customers with at least five, with products that have a name.
-- Reads sales(sale_id, customer, sku, sold_at) and products(sku, name). Plain ANSI SQL; write the result as Parquet,
-- partitioned by sold_year. The order only matters within a customer's second: sale_id says what came first there.
SELECT user_id, item_id, "timestamp", sold_year
FROM (
    SELECT
        s.customer AS user_id,
        s.sku AS item_id,
        s.sold_at AS "timestamp",
        EXTRACT(YEAR FROM s.sold_at) AS sold_year,
        s.sale_id AS sale_id,
        COUNT(*) OVER (PARTITION BY s.customer) AS events
    FROM sales s
    WHERE TRIM(s.customer) <> ''
        AND TRIM(s.sku) <> ''
        AND s.sold_at >= TIMESTAMP '1990-01-01 00:00:00'
        AND EXISTS (SELECT 1 FROM products p WHERE p.sku = s.sku AND TRIM(p.name) <> '')
) named
WHERE events >= 5
ORDER BY user_id, "timestamp", sale_id
