using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>How a value of a fixed width becomes JSON.</summary>
internal interface IValueFormat<T>
{
    void Write(Utf8JsonWriter writer, T value);

    /// <summary>The value as a whole number, where it is one.</summary>
    bool TryGetInt64(T value, out long number)
    {
        number = 0;
        return false;
    }
}
