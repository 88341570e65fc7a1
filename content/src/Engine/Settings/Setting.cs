using System.Globalization;

namespace TaskQueue.Settings;

/// <summary>A setting of the engine: what help, checks and error messages say about it.</summary>
/// <param name="Name">As it is written in an env file.</param>
/// <param name="Meaning">One line for people.</param>
/// <param name="Default">Its value when it is not set.</param>
/// <param name="Range">Which values are allowed, to be read after "allowed:".</param>
/// <param name="Apply">Takes a value over into the settings; null when it is not allowed.</param>
public sealed record Setting(
    string Name, string Meaning, string Default, string Range,
    Func<TaskQueueSettings, string, TaskQueueSettings?> Apply)
{
    /// <summary>A setting that is a whole number.</summary>
    internal static Setting Number(
        string name, string meaning, int @default, int min, int max, string unit,
        Func<TaskQueueSettings, int, TaskQueueSettings> apply)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"a whole number{unit} from {min} to {max}");
        return new(name, meaning, @default.ToString(CultureInfo.InvariantCulture), range, (settings, value) =>
        {
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            return isNumber && number >= min && number <= max ? apply(settings, number) : null;
        });
    }

    /// <summary>A setting that is any text but an empty one, checked further by the room that uses it.</summary>
    internal static Setting Text(
        string name, string meaning, string @default, string range,
        Func<TaskQueueSettings, string, TaskQueueSettings> apply) =>
        new(name, meaning, @default, range, (settings, value) => value.Length > 0 ? apply(settings, value) : null);

    /// <summary>A setting that is one of a few words.</summary>
    internal static Setting Choice(
        string name, string meaning, string @default, string[] words,
        Func<TaskQueueSettings, string, TaskQueueSettings> apply) =>
        new(name, meaning, @default, string.Join(" or ", words), (settings, value) =>
            words.Contains(value) ? apply(settings, value) : null);
}
