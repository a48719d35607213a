using System.Text.Json;
using CsCheck;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Tests.Data;

public class PythonLiteralTests
{
    [Theory]
    [InlineData("{'a': 'b'}", """{"a":"b"}""")]
    [InlineData("{'a': \"it's\", \"b\": 'a \"q\"'}", """{"a":"it's","b":"a \"q\""}""")]
    [InlineData(@"{'a': 'it\'s', 'b': ""\""x\\y\""""}", """{"a":"it's","b":"\"x\\y\""}""")]
    [InlineData(@"{'t': 'a\nb\tc\xe9\u2019\U0001F600\ud83d\ude00'}", "{\"t\":\"a\\nb\\tcé’😀😀\"}")]
    [InlineData(@"{'t': '\q\ud83d'}", "{\"t\":\"\\\\q\uFFFD\"}")]
    [InlineData("{'p': 3.17, 'n': -2, 'e': 1e3, 'l': [1, [], {}, None, True, False, ],}", """{"p":3.17,"n":-2,"e":1000,"l":[1,[],{},null,true,false]}""")]
    [InlineData("  [ ['Beauty', 'Make\tup'] ]  ", "[[\"Beauty\",\"Make\\tup\"]]")]
    public void LiteralsBecomeJson(string python, string json)
    {
        string? converted = PythonLiteral.ToJson(python);
        Assert.NotNull(converted);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(json).RootElement, JsonDocument.Parse(converted).RootElement), converted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{'a': 'b'")]
    [InlineData("{'a': 'b'} x")]
    [InlineData("{'a': 'b}")]
    [InlineData(@"{'a': '\")]
    [InlineData(@"{'a': '\x4'}")]
    [InlineData(@"{'a': '\U00110000'}")]
    [InlineData("{'a' 'b'}")]
    [InlineData("{'a': }")]
    [InlineData("{a: 1}")]
    [InlineData("{1: 'a'}")]
    [InlineData("[1 2]")]
    [InlineData("[,]")]
    [InlineData("('a', 'b')")]
    [InlineData("__import__('os')")]
    [InlineData("nan")]
    [InlineData("Infinity")]
    [InlineData("--1")]
    public void EverythingElseIsRefused(string text) => Assert.Null(PythonLiteral.ToJson(text));

    [Fact]
    public void DeepNestingIsRefused() => Assert.Null(PythonLiteral.ToJson(new string('[', 10_000)));

    [Fact]
    public void AnyTextIsRefusedOrGivesJson() => Gen.Char["{}[]'\"\\:,.+-xuUeE019 aNonTrue\ud83d\ude00"].Array[0, 30].Sample(characters =>
    {
        if (PythonLiteral.ToJson(new string(characters)) is { } json)
        {
            JsonDocument.Parse(json).Dispose();
        }
    });
}
