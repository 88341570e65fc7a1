using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;
using TaskQueue.Contracts;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.S3;

/// <summary>Says what an answer of S3 means to a person.</summary>
internal static class S3Errors
{
    /// <summary>Whether there is no such object; a missing bucket is another matter.</summary>
    public static bool IsMissing(AmazonS3Exception e) =>
        e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    public static TaskQueueException Explain(Exception exception, string verb, string location) => exception switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" or "InvalidBucketName" } e => new(
            ExitCode.Configuration, $"Cannot {verb} '{location}': there is no such bucket.", next:
            "Create the bucket, or correct CF_CLOUDPATH.", cause: e),
        AmazonS3Exception { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } e => new(
            ExitCode.Permission, $"Not permitted to {verb} '{location}': {e.ErrorCode}.", next:
            "Allow s3:ListBucket on the bucket and s3:GetObject, s3:PutObject and s3:DeleteObject in it, or use other credentials.",
            cause: e),
        AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect }
            or AmazonS3Exception { ErrorCode: "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } =>
            Region(verb, location, exception),
        AmazonServiceException { StatusCode: not 0 } e => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': {(int)e.StatusCode} {e.ErrorCode}.", next:
            "Try again later; AWS_ENDPOINT_URL_S3, if set, has to name an S3 service.", cause: e)
        {
            IsTransient = HttpRetries.MayPass(e.StatusCode),
        },
        XmlException or AmazonUnmarshallingException or ArgumentException => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': the answer is not one of an S3 service.", next:
            "Check AWS_ENDPOINT_URL_S3 and any proxy on the way.", cause: exception)
        { IsTransient = true },
        _ when IsAboutCredentials(exception) => new(
            ExitCode.Permission, $"Cannot {verb} '{location}': there are no AWS credentials.", next:
            "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in config/secret.env, or give the machine a role.",
            cause: exception),
        _ => new(
            ExitCode.Unavailable, $"Cannot {verb} '{location}': {Reason(exception)}", next:
            "Check the network, and AWS_ENDPOINT_URL_S3 if it is set.", cause: exception)
        { IsTransient = true },
    };

    private static TaskQueueException Region(string verb, string location, Exception cause) => new(
        ExitCode.Configuration, $"Cannot {verb} '{location}': the bucket is in another region.", next:
        "Set AWS_REGION to the bucket's region.", cause: cause);

    private static bool IsAboutCredentials(Exception e) =>
        e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase);

    private static string Reason(Exception e) => e.GetBaseException().Message;
}
