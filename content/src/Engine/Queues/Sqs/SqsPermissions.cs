namespace TaskQueue.Queues.Sqs;

/// <summary>What users of a queue have to be allowed (https://docs.aws.amazon.com/service-authorization).</summary>
internal static class SqsPermissions
{
    private const string Look = "sqs:GetQueueUrl, sqs:GetQueueAttributes";

    public static IReadOnlyList<string> Lines { get; } =
    [
        "to be allowed on both queues:",
        $"  insert-tasks     {Look}, sqs:SendMessage",
        $"  worker           {Look}, sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage",
        $"  status, check    {Look}",
        $"  failed           {Look}, sqs:ReceiveMessage, sqs:ChangeMessageVisibility",
        $"  requeue          {Look}, sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage",
        $"  purge            {Look}, sqs:PurgeQueue",
        $"  delete-queue     {Look}, sqs:DeleteQueue",
        $"  check --create   {Look}, sqs:CreateQueue, sqs:SetQueueAttributes",
    ];
}
