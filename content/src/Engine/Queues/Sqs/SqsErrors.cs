using System.Net;
using Amazon.Runtime;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Says what an answer of SQS means to a person.</summary>
internal static class SqsErrors
{
    private static readonly string[] AboutKeys =
    [
        "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException",
        "IncompleteSignature", "MissingAuthenticationToken", "ExpiredToken", "ExpiredTokenException", "InvalidSecurity",
    ];

    public static bool IsNoQueue(TaskQueueException e) =>
        e.InnerException is AmazonServiceException { ErrorCode: var code } && IsCode(code, "QueueDoesNotExist", "NonExistentQueue");

    public static bool IsWrongAttribute(TaskQueueException e) =>
        e.InnerException is AmazonServiceException { ErrorCode: var code }
        && IsCode(code, "InvalidAttributeValue", "InvalidParameterValue");

    /// <summary>Whether an error's code is one of these, with or without a namespace before it.</summary>
    private static bool IsCode(string? code, params ReadOnlySpan<string?> codes) => codes.Contains(code?[(code.LastIndexOf('.') + 1)..]);

    /// <param name="exception">An exception of the SDK, which lets through those of its network and JSON readers.</param>
    /// <param name="action">What SQS was asked for, as its reference calls it.</param>
    /// <param name="location">The queue, for people.</param>
    public static TaskQueueException Explain(Exception exception, string action, string location) => exception switch
    {
        AmazonUnmarshallingException { InnerException: IOException broken } => Explain(broken, action, location),
        AmazonUnmarshallingException e => new(
            ExitCode.Unavailable, $"The answer to {action} on '{location}' is not one of an SQS service.", next:
            "Check AWS_ENDPOINT_URL_SQS and any proxy on the way.", cause: e),
        AmazonServiceException e when IsCode(e.ErrorCode, "QueueDoesNotExist", "NonExistentQueue", "InvalidAddress") => new(
            ExitCode.Configuration, $"There is no such queue: '{location}'.", next:
            "Correct TASKQUEUE_PATH or AWS_REGION, or make it: dotnet run check --create", cause: e),
        AmazonServiceException e when IsCode(e.ErrorCode, AboutKeys) => new(
            ExitCode.Permission, $"SQS does not accept the AWS credentials: {e.ErrorCode}.", $"At {location}, {Permission(action)}",
            "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the role, and the clock.", e),
        AmazonServiceException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } e => new(
            ExitCode.Permission, $"Not permitted: {Permission(action)} on '{location}' ({e.ErrorCode}).", next:
            $"Allow {Permission(action)} on the queue and its dead-letter queue, or use other credentials.", cause: e),
        AmazonServiceException e when IsTransient(e) => Transient(
            $"SQS cannot answer {action} on '{location}': {(int)e.StatusCode} {e.ErrorCode}.", "Try again later.", e),
        AmazonServiceException { StatusCode: not 0 } e => new(
            ExitCode.Unavailable, $"SQS refuses {action} on '{location}': {e.ErrorCode}, {e.Message}", next:
            "AWS_ENDPOINT_URL_SQS, if set, has to name an SQS service.", cause: e),
        _ when IsAboutCredentials(exception) => new(
            ExitCode.Permission, $"There are no AWS credentials for '{location}'.", next:
            "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in config/secret.env, or give the machine a role.",
            cause: exception),
        OperationCanceledException or TimeoutException => Transient(
            $"'{location}' does not answer {action} in time.",
            "Check the network, and AWS_ENDPOINT_URL_SQS if it is set.", exception),
        _ => Transient(
            $"Cannot reach '{location}': {exception.GetBaseException().Message}",
            "Check the network, the region's name, and AWS_ENDPOINT_URL_SQS if it is set.", exception),
    };

    /// <summary>A batch action needs the permission of the single one.</summary>
    private static string Permission(string action) => "sqs:" + action.Replace("Batch", "", StringComparison.Ordinal);

    private static bool IsTransient(AmazonServiceException e) =>
        (int)e.StatusCode >= 500 || e.StatusCode == HttpStatusCode.TooManyRequests || e.StatusCode == HttpStatusCode.RequestTimeout
        || IsCode(
            e.ErrorCode, "RequestThrottled", "ThrottlingException", "Throttling", "KmsThrottled", "OverLimit",
            "PurgeQueueInProgress", "QueueDeletedRecently", "RequestTimeTooSkewed");

    private static TaskQueueException Transient(string what, string next, Exception cause) =>
        new(ExitCode.Unavailable, what, next: next, cause: cause) { IsTransient = true };

    private static bool IsAboutCredentials(Exception e) =>
        e is not AmazonServiceException { StatusCode: not 0 }
        && e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase);
}
