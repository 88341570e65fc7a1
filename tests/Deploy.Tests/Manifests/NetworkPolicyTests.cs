using System.Net;
using System.Text.Json;

namespace TaskQueue.DeployTests.Manifests;

/// <summary>What the rendered NetworkPolicy says of addresses and ports. Whether a cluster enforces it is not tested here.</summary>
[Collection(nameof(RenderingsCollection))]
public sealed class NetworkPolicyTests(Renderings renderings) : IAsyncLifetime
{
    private const string Public = "8.8.8.8";
    private const string Private = "10.1.2.3";

    public async ValueTask InitializeAsync() => await renderings.WhenRendered();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_pod_has_one_and_nobody_reaches_it()
    {
        foreach (var workload in renderings.Manifests.Where(manifest => manifest.Pod is not null && manifest.Rendering != "job-no-policy"))
        {
            var policy = renderings.Find(workload.Rendering, "NetworkPolicy");

            var selected = Assert.Single(policy.At("spec.podSelector.matchLabels").EnumerateObject());
            Assert.Equal(selected.Value.GetString(), workload.PodLabels.GetProperty(selected.Name).GetString());
            Assert.Equal(workload.At("metadata.namespace").GetString(), policy.At("metadata.namespace").GetString());
            Assert.Equal("""["Ingress","Egress"]""", policy.At("spec.policyTypes").Json());
            Assert.Equal("[]", policy.At("spec.ingress").Json());
        }
    }

    [Fact]
    public void It_can_be_switched_off() =>
        Assert.DoesNotContain(renderings.Manifests, manifest => manifest is { Rendering: "job-no-policy", Kind: "NetworkPolicy" });

    [Theory]
    [InlineData("job")]
    [InlineData("job-rabbitmq")]
    [InlineData("job-rabbitmq-plain")]
    [InlineData("job-rabbitmq-port")]
    [InlineData("job-other-s3")]
    [InlineData("job-collector")]
    [InlineData("scaledjob")]
    public void With_every_queue_it_lets_out_names_https_and_tokens_and_nothing_private(string rendering)
    {
        Assert.All([Public, Private, "169.254.20.10", "169.254.169.254"], address => Assert.True(Allows(rendering, address, 53)));
        Assert.True(Allows(rendering, Private, 53, "UDP"));
        Assert.All([Public, "172.15.0.1", "172.32.0.1", "2600:1901::1"], address => Assert.True(Allows(rendering, address, 443)));
        Assert.True(Allows(rendering, "169.254.169.254", 80));
        Assert.True(Allows(rendering, "169.254.169.252", 988));

        string[] hidden =
        [
            Private, "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254", "169.254.1.1", "198.18.0.1", "240.0.0.1",
            "fd00::1", "fd20:ce::254", "fe80::1",
        ];
        Assert.All(hidden, address => Assert.False(Allows(rendering, address, 443)));
        Assert.All([Public, Private, "169.254.169.252", "169.254.169.253", "fd20:ce::254"], address => Assert.False(Allows(rendering, address, 80)));
        Assert.All([22, 25, 5432, 6379, 6443, 8080, 10250], port => Assert.False(Allows(rendering, Private, port) || Allows(rendering, Public, port)));
        Assert.False(Allows(rendering, Public, 443, "UDP"));
    }

    [Theory]
    [InlineData("job", null)]
    [InlineData("scaledjob", null)]
    [InlineData("job-rabbitmq", 5671)]
    [InlineData("job-rabbitmq-plain", 5672)]
    [InlineData("job-rabbitmq-port", 5679)]
    [InlineData("job-other-s3", 9000)]
    [InlineData("job-collector", 4318)]
    public void A_broker_s_port_is_open_to_private_addresses_and_pods_too(string rendering, int? open)
    {
        foreach (var port in new[] { 4318, 5671, 5672, 5679, 9000 })
        {
            Assert.All([Public, Private, "2001:db8::5", "fd00::1"], address => Assert.Equal(port == open, Allows(rendering, address, port)));
            Assert.All(["169.254.169.254", "fe80::1"], address => Assert.False(Allows(rendering, address, port)));
            Assert.Equal(port == open, Rules(rendering, port, "TCP").Any(rule => Peers(rule).Any(peer => peer.TryGetProperty("namespaceSelector", out _))));
        }
    }

    /// <summary>Where settings give pods an identity, they reach none that a node gives; where none do, they reach that of AWS.</summary>
    [Theory]
    [InlineData("job-any", false)]
    [InlineData("deployment-any", false)]
    [InlineData("scaledjob-any-role-keyless", false)]
    [InlineData("scaledobject-any-keyless", true)]
    [InlineData("job-any-s3-keyless", true)]
    public void On_any_cluster_an_identity_of_the_node_is_reached_where_there_is_no_other(string rendering, bool isOpen)
    {
        Assert.All(["169.254.170.23", "fd00:ec2::23", "169.254.169.254"], address => Assert.Equal(isOpen, Allows(rendering, address, 80)));
        Assert.False(Allows(rendering, "169.254.169.252", 988));
        Assert.All([Public, Private, "169.254.1.1"], address => Assert.False(Allows(rendering, address, 80)));
        Assert.True(Allows(rendering, Public, 443));
        Assert.False(Allows(rendering, Private, 443));
    }

    private bool Allows(string rendering, string address, int port, string protocol = "TCP") =>
        Rules(rendering, port, protocol).Any(rule => !rule.TryGetProperty("to", out _) || Peers(rule).Any(peer => Contains(peer, IPAddress.Parse(address))));

    /// <summary>The rules that name a port. A rule without ports would mean all of them.</summary>
    private IEnumerable<JsonElement> Rules(string rendering, int port, string protocol) => renderings.Find(rendering, "NetworkPolicy").At("spec.egress")
        .EnumerateArray().Where(rule => rule.GetProperty("ports").EnumerateArray()
            .Any(open => open.GetProperty("port").GetInt32() == port && open.GetProperty("protocol").GetString() == protocol));

    private static JsonElement.ArrayEnumerator Peers(JsonElement rule) => rule.TryGetProperty("to", out var peers) ? peers.EnumerateArray() : default;

    private static bool Contains(JsonElement peer, IPAddress address) => peer.TryGetProperty("ipBlock", out var block)
        && IPNetwork.Parse(block.GetProperty("cidr").GetString()!).Contains(address)
        && !(block.TryGetProperty("except", out var except)
            && except.EnumerateArray().Any(range => IPNetwork.Parse(range.GetString()!).Contains(address)));
}
