using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Storage;

public sealed class StoreKindsTests
{
    [Theory]
    [InlineData("output", "/project/output")]
    [InlineData("./output/", "/project/output")]
    [InlineData("../shared", "/shared")]
    [InlineData("/data/out", "/data/out")]
    [InlineData("file:///data/out", "/data/out")]
    [InlineData("file:///data/two%20words", "/data/two words")]
    [InlineData("file:///data/run#1", "/data/run#1")]
    [InlineData("file:///data/run?1", "/data/run?1")]
    [InlineData("/data/run#1", "/data/run#1")]
    public void A_path_is_a_folder_relative_to_the_project(string cloudPath, string location) =>
        Assert.Equal(location, StoreKinds.Open(cloudPath, "/project").Location);

    [Theory]
    [InlineData("s3://bucket", "s3://bucket")]
    [InlineData("s3://bucket/", "s3://bucket")]
    [InlineData("S3://bucket/some/prefix/", "s3://bucket/some/prefix")]
    [InlineData("gs://bucket/some/prefix", "gs://bucket/some/prefix")]
    public void A_url_is_a_bucket_and_a_prefix(string cloudPath, string location) =>
        Assert.Equal(location, StoreKinds.Open(cloudPath, "/project").Location);

    [Theory]
    [InlineData("s3://", "no bucket")]
    [InlineData("gs:///prefix", "no bucket")]
    [InlineData("s3://bucket--usw2-az1--x-s3/prefix", "directory bucket")]
    public void A_bucket_that_cannot_serve_is_refused(string cloudPath, string why)
    {
        var error = Assert.Throws<TaskQueueException>(() => StoreKinds.Open(cloudPath, "/project"));
        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_url_with_two_slashes_is_refused_with_the_right_form()
    {
        var error = Assert.Throws<TaskQueueException>(() => StoreKinds.Open("file://data/out", "/project"));
        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("file:///folder", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://host/folder")]
    [InlineData("S4://bucket")]
    [InlineData("s4:/bucket")]
    [InlineData("")]
    public void A_kind_that_is_not_known_is_refused_with_those_that_are(string cloudPath)
    {
        var error = Assert.Throws<TaskQueueException>(() => StoreKinds.Open(cloudPath, "/project"));
        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains($"CF_CLOUDPATH is '{cloudPath}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("file:///", error.Message, StringComparison.Ordinal);
    }
}
