using System.Buffers;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Tables;
using TaskQueue.Tests.Insert;

namespace TaskQueue.Tests.Children;

/// <summary>A process in a time zone of its own that binds rows.</summary>
internal static class BindingChild
{
    /// <summary>Writes the name of its time zone, a local time as a result, then the times of each row as a task gets them.</summary>
    /// <param name="args">Tables.</param>
    public static Task ShowTimesAsync(string[] args)
    {
        Console.WriteLine(TimeZoneInfo.Local.Id);
        Console.WriteLine(JsonSerializer.Serialize(DateTime.UnixEpoch.ToLocalTime(), TaskJson.Options));
        foreach (var path in args)
            ShowTimes(path);
        return Task.CompletedTask;
    }

    private static void ShowTimes(string path)
    {
        using var table = FeatherTable.Open(path);
        var task = TaskDefinition.Of(typeof(NamedTask));
        var binding = TableBinding.Create(task, table, new Dictionary<string, string>());
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length; row++)
            {
                var json = new ArrayBufferWriter<byte>();
                using (var writer = new Utf8JsonWriter(json))
                    binding.WriteParameters(writer, batch, row);
                var parameters = (NamedParameters)task.Bind(json.WrittenSpan);
                Console.WriteLine($"day {parameters.Day:O}, moment {parameters.Moment:O}, date {parameters.Date:O}");
            }
        }
    }
}
