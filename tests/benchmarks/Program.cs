using TaskQueue.Benchmarks;

if (args is [Child.Switch, .. var role])
{
    await Child.PlayAsync(role);
    return 0;
}

// dotnet run -c Release --project tests/benchmarks -- NAME
var benchmarks = new Dictionary<string, Func<Task>>
{
    ["tables"] = TablesBenchmark.RunAsync,
    ["ids"] = IdsBenchmark.RunAsync,
    ["queue"] = QueueBenchmark.RunAsync,
    ["sqs"] = SqsBenchmark.RunAsync,
    ["groups"] = GroupsBenchmark.RunAsync,
    ["rabbitmq"] = RabbitBenchmark.RunAsync,
    ["monitor"] = MonitorBenchmark.RunAsync,
    ["storage"] = StorageBenchmark.RunAsync,
};

if (args is [var name] && benchmarks.TryGetValue(name, out var benchmark))
{
    await benchmark();
    return 0;
}

Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys)}");
return 64;
