using System.Globalization;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;

namespace TaskQueue.Client;

/// <summary>Turns values into messages, by the rules of a table's rows.</summary>
internal sealed class ValueMessages : IDisposable
{
    private readonly Lock _turn = new();
    private readonly TaskDefinition _task;
    private readonly int _mostBytes;
    private readonly TableBinding _binding;
    private readonly ValueTable _table;
    private readonly RowIds _ids;
    private readonly MessageWriter _writer;
    private readonly JsonBuffer _parameters = new();

    /// <param name="task">Whose values.</param>
    /// <param name="run">The client's.</param>
    /// <param name="build">Version of the program.</param>
    /// <param name="mostBytes">The longest message, as if all values stood in theirs.</param>
    /// <exception cref="TaskQueueException">The type of the parameter that identifies rows cannot be an id (65).</exception>
    public ValueMessages(TaskDefinition task, string run, string build, int mostBytes)
    {
        (_task, _mostBytes, _table) = (task, mostBytes, new ValueTable(task));
        _binding = TableBinding.Create(task, _table, new Dictionary<string, string>());
        _ids = new RowIds(_binding);
        // Others may have queued the same values, or be at work on them.
        _writer = new MessageWriter(_binding, new MessageOrigin(run, build, MayRepeat: true, Again: false));
    }

    /// <summary>Makes the message of a value; from any thread.</summary>
    /// <exception cref="TaskQueueException">The value cannot be a task (65).</exception>
    public QueuedMessage Create<TParameters>(TParameters value)
    {
        lock (_turn)
        {
            try
            {
                return CreateFrom(Write(value));
            }
            catch (JsonException e)
            {
                throw Refused($"A value does not fit: {TaskJson.Explain(e)}", "Correct the value.", e);
            }
        }
    }

    public void Dispose()
    {
        _ids.Dispose();
        _writer.Dispose();
        _parameters.Dispose();
    }

    private JsonElement Write<TParameters>(TParameters value)
    {
        try
        {
            return JsonSerializer.SerializeToElement(value, TaskJson.Options);
        }
        catch (Exception e) when (e is not JsonException)
        {
            // Its properties may throw anything.
            throw Refused($"A value cannot be written as JSON: {e.Message.ReplaceLineEndings(" ")}", "Correct the value, or its type.", e);
        }
    }

    private QueuedMessage CreateFrom(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Refused("A value is null, or no record.", "Give each task its parameters.");
        var batch = _table.Add(value);
        // As a worker will read them.
        _task.Bind(_parameters.WriteParameters(_binding, batch, 0));
        if (_ids.IsNull(batch, 0))
            throw Refused($"The id of a value is null: {_ids.Column}.", "Give every value an id of its own.");
        var id = _ids.Get(batch, 0);
        if (IdRule.Problem(id) is { } problem)
            throw Refused($"The id of a value {problem}{(_ids.Column is null ? "" : $": {_ids.Column}")}.", "Give every value an id of visible characters.");
        var message = _writer.Create(batch, 0, id);
        // A row that is parked, or ready for another run, is done for this one.
        return message.Body.Length <= _mostBytes ? message with { Again = true } : throw Refused(
            string.Create(CultureInfo.InvariantCulture, $"A value is at most {_mostBytes:N0} bytes as JSON; this one has {message.Body.Length:N0}."),
            "Keep large values in files or objects and give their URLs.");
    }

    private TaskQueueException Refused(string what, string next, Exception? cause = null) =>
        new(ExitCode.BadInput, what, $"For task {_task.Name}; it was not queued", next, cause);
}
