using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>How a value of a fixed width becomes JSON.</summary>
internal interface IValueFormat<T>
{
    void Write(Utf8JsonWriter writer, T value);

    bool TryGetInt64(T value, out long number);
}
