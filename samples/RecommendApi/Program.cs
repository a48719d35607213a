// Serves POST /recommend from a model.zip:
//   dotnet run -c Release --project samples/RecommendApi -- --model model.zip --urls http://127.0.0.1:5080
//   curl -s http://127.0.0.1:5080/recommend -H 'Content-Type: application/json' -d '{"history": ["B004756YJA", "B004ZT0SSG"], "k": 5}'
using MlNetSeqRec.Samples.RecommendApi;

WebApplication app = RecommendService.Build(args);
await app.RunAsync();
