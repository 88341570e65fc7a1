using TaskQueue.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace TaskQueue.Tests;

/// <summary>Starts the classes that take minutes, most of it waiting, before all others: started last, one of them would run alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        "Worker.RabbitWorkerTests", "Worker.OutageTests", "Worker.LedgerTests", "Worker.RabbitBrokerDeathTests", "Queues.RabbitFaultTests",
        "Runs.CancelTests", "Worker.LeavingTests", "Queues.FileQueueDamageTests", "Worker.DiskFaultTests", "Worker.SqsWorkerTests",
        "Worker.GroupTests", "Worker.OwnSettingsTests", "Worker.PayloadTests", "Programs.FleetTests", "Programs.ProgramEndTests", "Gather.GatherRasterTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Longest.Length)];
}
