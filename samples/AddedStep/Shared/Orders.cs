using Microsoft.ML.Data;

namespace MlNetSeqRec.Samples.AddedStep;

/// <summary>A line of orders.csv.</summary>
public sealed class Order
{
    [LoadColumn(0)]
    public string Customer { get; set; } = "";

    [LoadColumn(1)]
    public string Product { get; set; } = "";

    [LoadColumn(2)]
    public long Time { get; set; }
}

/// <summary>A file of orders: what stands in for the program's own data.</summary>
public static class Orders
{
    public const int Products = 60;

    /// <summary>
    /// Mostly, a purchase follows from the one before the latest (its number + 1), so that the latest alone tells little. One
    /// in five is any product.
    /// </summary>
    public static string Write()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("orders-").FullName, "orders.csv");
        var random = new Random(4);
        using StreamWriter file = File.CreateText(path);
        file.WriteLine("customer,product,time");
        for (int customer = 0; customer < 500; customer++)
        {
            int before = random.Next(Products), latest = random.Next(Products);
            for (int time = 0; time < 10; time++)
            {
                int next = random.Next(5) == 0 ? random.Next(Products) : (before + 1) % Products;
                (before, latest) = (latest, next);
                file.WriteLine($"c{customer},p{next},{time}");
            }
        }

        return path;
    }
}
