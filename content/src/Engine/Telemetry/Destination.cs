using System.Diagnostics;

namespace TaskQueue.Telemetry;

/// <summary>A queue, as the semantic conventions name it.</summary>
/// <param name="System">Such as <c>fq</c>.</param>
/// <param name="Name">The queue's name; of a file, its own.</param>
internal sealed record Destination(string System, string Name)
{
    /// <param name="location">The queue's address for people: without a password.</param>
    public static Destination Of(string location) => new(
        location.Split("://")[0] switch
        {
            //#if (rabbitmq)
            "amqp" or "amqps" => "rabbitmq",
            //#endif
            //#if (sqs)
            "sqs" or "https" or "http" => "aws_sqs",
            //#endif
            var scheme => scheme,
        },
        location[(location.LastIndexOf('/') + 1)..]);

    /// <param name="operation">Its name and type, which are the same here: <c>send</c>, <c>process</c>.</param>
    public TagList TagsOf(string operation) => new()
    {
        { "messaging.system", System },
        { "messaging.destination.name", Name },
        { "messaging.operation.name", operation },
    };

    /// <summary>Starts the span of an operation; null when nobody wants it.</summary>
    public Activity? Start(string operation, ActivityKind kind)
    {
        var span = Instruments.Source.StartActivity($"{operation} {Name}", kind);
        if (span is not { IsAllDataRequested: true })
            return span;
        foreach (var (name, value) in TagsOf(operation))
            span.SetTag(name, value);
        return span.SetTag("messaging.operation.type", operation);
    }
}
