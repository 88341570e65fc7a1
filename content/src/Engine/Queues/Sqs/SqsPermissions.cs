namespace TaskQueue.Queues.Sqs;

/// <summary>What users of a queue have to be allowed (https://docs.aws.amazon.com/service-authorization).</summary>
internal static class SqsPermissions
{
    public static IReadOnlyList<string> Lines { get; } =
    [
        "to be allowed on both queues:",
        "  all verbs       sqs:GetQueueUrl, sqs:GetQueueAttributes",
        "  insert-tasks    sqs:SendMessage",
        "  worker          sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage",
        "  failed          sqs:ReceiveMessage, sqs:ChangeMessageVisibility",
        "  requeue         sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage",
        "  purge           sqs:PurgeQueue",
        "  delete-queue    sqs:DeleteQueue",
        "  check --create  sqs:CreateQueue, sqs:SetQueueAttributes",
    ];
}
