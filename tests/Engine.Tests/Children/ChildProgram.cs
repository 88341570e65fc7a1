using TaskQueue.Contracts;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Children;

/// <summary>What this assembly does when a test starts it as a process of its own, to be refused or killed.</summary>
internal static class ChildProgram
{
    public const string Switch = "--child";

    private static readonly Dictionary<string, Func<string[], Task>> Roles = new()
    {
        ["copy-inputs"] = StoreChild.CopyInputsAsync,
        ["google-token"] = StoreChild.WriteGoogleTokenAsync,
        ["write-object"] = StoreChild.WriteObjectAsync,
        ["write-large-to-s3"] = StoreChild.WriteLargeToS3Async,
        ["write-large-to-gcs"] = StoreChild.WriteLargeToGcsAsync,
        ["write-forever"] = StoreChild.WriteForeverAsync,
        ["fill-queue"] = QueueChild.FillAsync,
        ["lease-on-full-disk"] = QueueChild.LeaseOnFullDiskAsync,
        ["drain-queue"] = QueueChild.DrainAsync,
        ["insert-batches"] = QueueChild.InsertBatchesAsync,
        ["read-done"] = JournalChild.ReadAsync,
        ["read-tables"] = TableChild.ReadAsync,
        ["show-times"] = BindingChild.ShowTimesAsync,
        ["map"] = ClientChild.MapAsync,
        ["listen-to-consumers"] = WorkerChild.ListenToConsumersAsync,
        ["write-sample"] = SampleTable.WriteAsync,
    };

    /// <returns>The exit code of a <see cref="TaskQueueException"/>, whose text goes to stderr, or 0.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await Roles[args[0]](args[1..]);
            return 0;
        }
        catch (TaskQueueException e)
        {
            await Console.Error.WriteAsync(e.Message);
            return (int)e.ExitCode;
        }
    }
}
