using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace TaskQueue.Queues.Sqs;

/// <summary>A request as the SDK hands it on.</summary>
internal sealed class SqsRequest(string action, byte[] json) : AmazonWebServiceRequest
{
    public string Action { get; } = action;

    public byte[] Json { get; } = json;
}

/// <summary>An answer as the SDK hands it back.</summary>
internal sealed class SqsAnswer : AmazonWebServiceResponse
{
    public byte[] Json { get; init; } = [];

    /// <exception cref="JsonException">It is not the answer of an SQS service.</exception>
    public TAnswer Read<TAnswer>() =>
        JsonSerializer.Deserialize<TAnswer>(Json.Length == 0 ? "{}"u8 : Json, SqsWire.Options)!;
}

/// <summary>Writes requests of SQS's JSON protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html).</summary>
internal sealed class SqsMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = (SqsRequest)input;
        var http = new DefaultRequest(input, "SQS") { HttpMethod = "POST", ResourcePath = "/", Content = request.Json };
        http.Headers["X-Amz-Target"] = $"AmazonSQS.{request.Action}";
        http.Headers["Content-Type"] = "application/x-amz-json-1.0";
        return http;
    }
}

/// <summary>Reads answers and errors of SQS's JSON protocol.</summary>
internal sealed class SqsUnmarshaller : JsonResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext context) => new SqsAnswer { Json = Read(context) };

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext context, Exception innerException, HttpStatusCode statusCode)
    {
        var error = ReadError(Read(context));
        // The type is "namespace#Code".
        var code = error.Type?.Split('#')[^1] ?? statusCode.ToString();
        return new AmazonServiceException(
            error.Message ?? code, innerException, ErrorType.Unknown, code,
            context.ResponseData.GetHeaderValue("x-amzn-RequestId"), statusCode);
    }

    private static byte[] Read(JsonUnmarshallerContext context)
    {
        using var buffer = new MemoryStream();
        context.Stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static SqsErrorBody ReadError(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<SqsErrorBody>(json, JsonSerializerOptions.Web) ?? new(null, null);
        }
        catch (JsonException)
        {
            // A proxy on the way answered: the status says enough.
            return new(null, null);
        }
    }
}
