using System.Security.Cryptography;
using System.Text;
using TaskQueue.Contracts;

namespace BulkProgram;

/// <param name="Id">The row.</param>
/// <param name="Text">A text of any length.</param>
/// <param name="Bytes">How long the text in the result is.</param>
public sealed record BulkParameters([property: TaskId] string Id, string Text, int Bytes = 0);

/// <param name="Hash">SHA-256 of the row's text, in hex.</param>
/// <param name="Length">How long that was.</param>
/// <param name="Answer">A text of the length that was asked for.</param>
public sealed record BulkResult(string Hash, int Length, string Answer);

/// <summary>A task of large rows and large results.</summary>
public sealed class BulkTask : ITask<BulkParameters, BulkResult>
{
    public Task<BulkResult> RunTask(BulkParameters parameters, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(
        new BulkResult(HashOf(parameters.Text), parameters.Text.Length, new string('a', parameters.Bytes)));

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
