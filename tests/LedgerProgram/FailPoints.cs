using System.Diagnostics;
using System.Globalization;
using TaskQueue.Contracts;

namespace LedgerProgram;

/// <summary>Kills this process, as kill -9 does, at a moment that the environment names.</summary>
/// <param name="deadly">Which.</param>
/// <param name="passes">The pass at which it dies, from 1.</param>
public sealed class FailPoints(FailPoint deadly, int passes) : IFailPoints
{
    /// <summary>The environment variable: <c>AfterResult</c>, or <c>AfterResult:3</c> for the third time.</summary>
    public const string Switch = "FAIL_AT";

    private int _passed;

    public static FailPoints? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(Switch)?.Split(':') is not [var name, ..] words)
            return null;
        var passes = words.Length > 1 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 1;
        return new FailPoints(Enum.Parse<FailPoint>(name), passes);
    }

    public void Pass(FailPoint point)
    {
        if (point == deadly && Interlocked.Increment(ref _passed) == passes)
            Process.GetCurrentProcess().Kill();
    }
}
