using TaskQueue.Records;

namespace TaskQueue.Client;

/// <summary>The values whose ends are waited for, by the keys of their records. From any thread.</summary>
internal sealed class OpenValues
{
    private readonly Lock _turn = new();

    /// <summary>Several that have one id are one task.</summary>
    private readonly Dictionary<string, List<OpenValue>> _byKey = [];
    private Exception? _failure;

    public bool Any
    {
        get
        {
            lock (_turn)
                return _byKey.Count > 0;
        }
    }

    /// <returns>Whether its task is to be queued; not where a value of the same id is open.</returns>
    /// <exception cref="Exception">Why nothing is waited for any more.</exception>
    public bool Add(OpenValue value)
    {
        var key = TaskKey.Of(value.Id);
        lock (_turn)
        {
            if (_failure is not null)
                throw _failure;
            if (_byKey.TryGetValue(key, out var others))
            {
                others.Add(value);
                return false;
            }
            _byKey[key] = [value];
            return true;
        }
    }

    /// <param name="key">Of a row's records.</param>
    public bool Contains(string key)
    {
        lock (_turn)
            return _byKey.ContainsKey(key);
    }

    /// <summary>A row has ended; one that is not open is passed over.</summary>
    public void End(ValueEnd end)
    {
        List<OpenValue>? values;
        lock (_turn)
            _byKey.Remove(TaskKey.Of(end.Record.Id), out values);
        values?.ForEach(value => value.End(end));
    }

    /// <summary>Nothing more will end.</summary>
    /// <returns>Whether anything was open.</returns>
    public bool Fail(Exception exception)
    {
        List<OpenValue> open;
        lock (_turn)
        {
            _failure ??= exception;
            open = [.. _byKey.Values.SelectMany(values => values)];
            _byKey.Clear();
        }
        open.ForEach(value => value.Fail(exception));
        return open.Count > 0;
    }
}
