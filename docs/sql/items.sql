-- Items for seqrec: one row a product, as it was named last.
-- Reads products(sku, name, brand, category, valid_from). Plain ANSI SQL; write the result as Parquet.
SELECT item_id, title, brand, categories
FROM (
    SELECT
        p.sku AS item_id,
        TRIM(p.name) AS title,
        COALESCE(p.brand, '') AS brand,
        COALESCE(p.category, '') AS categories,
        ROW_NUMBER() OVER (PARTITION BY p.sku ORDER BY p.valid_from DESC) AS latest
    FROM products p
    WHERE TRIM(p.sku) <> '' AND TRIM(p.name) <> ''
) versions
WHERE latest = 1
