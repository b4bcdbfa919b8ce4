import Analyses
import AssayCore
import PublishedResults
import Statistics
import Testing

@Suite("Analyses of the published results give the numbers of the thesis")
struct AnalysesTests {
  private let thesis = PublishedResults.shipped.observations.filter {
    $0.source == "thesis" && $0[.minimumLatency] == nil
  }

  @Test("The speeds of the Coral on two hosts lie on the thesis' line")
  func hosts() throws {
    let impact = HostImpact(thesis, device: "Coral USB Accelerator", firstHost: "PC", secondHost: "Jetson Nano")
    #expect(impact.rows.map(\.model) == ["EfficientNet S", "EfficientNet M", "EfficientNet L"])
    let line = try #require(impact.line)
    #expect(abs(line.slope - 0.8398) < 0.00005 && abs(line.slopeError - 0.03731) < 0.000005)
    #expect(abs(line.intercept - 0.0008498) < 5e-8 && abs(line.interceptError - 0.004712) < 5e-7)
    let same = HostImpact(thesis, device: "Coral USB Accelerator", firstHost: "PC", secondHost: "Raspberry Pi")
    #expect(same.rows.isEmpty && same.line == nil)
  }

  @Test("The best times are 523.70, 1.50, 3.37 and 11.55 ms")
  func times() {
    let rows = BestResults.times(thesis)
    #expect(rows.map(\.device) == ["Raspberry Pi", "Jetson Nano", "Coral USB Accelerator", "Intel NCS2"])
    #expect(rows.map { $0.best?[.latency] } == [523.70, 1.50, 3.37, 11.55])
    #expect(rows.map { $0.best?.model } == ["MobileNet v2", "AlexNet", "MobileNet v1", "SqueezeNet"])
  }

  @Test("The best accuracies are 72.75, 67.90 and 60.63, of models that ran on the device")
  func accuracies() {
    let rows = BestResults.accuracies(thesis, tie: .firstListed)
    #expect(rows.map { $0.best?[.top1] } == [72.75, 67.90, 60.63])
    #expect(rows.map { $0.best?[.latency] } == [592.63, 98.64, 185.60])
    #expect(rows[0].equals.map { $0[.latency] } == [350.46])
    #expect(BestResults.accuracies(thesis, tie: .fastest)[0].best?[.latency] == 350.46)
  }

  @Test(
    "Within a time limit the best accuracies are those of the thesis",
    arguments: [(10.0, [63.22, 54.95, nil]), (100, [68.53, 67.90, 52.05]), (1, [nil, nil, nil])]
      as [(Double, [Double?])])
  func limits(limit: Double, expected: [Double?]) {
    let rows = BestResults.accuracies(thesis, within: limit, tie: .fastest)
    #expect(rows.map { $0.best?[.top1] } == expected)
  }

  @Test("Optimisers are compared with the same model without one, and a change within chance is told")
  func losses() throws {
    let losses = AccuracyLoss.losses(thesis, quantity: .top1)
    #expect(losses.count == 10)
    let coral = try #require(losses.first { $0.observation.device == "Coral USB Accelerator" })
    #expect(coral.observation.model == "MobileNet v2" && abs(coral.change + 4.13) < 1e-9)
    #expect(coral.isMoreThanChance == true)
    let tensorRT = try #require(losses.first { $0.observation.optimizer == "TensorRT" })
    #expect(tensorRT.change == 0 && tensorRT.isMoreThanChance == false)
    var unknown = thesis
    for index in unknown.indices { unknown[index].images = nil }
    #expect(AccuracyLoss.losses(unknown, quantity: .top1).allSatisfy { $0.isMoreThanChance == nil })
  }

  @Test("No result is both faster and more accurate than one on the front")
  func front() {
    let analysis = TimeAgainstAccuracy(thesis, quantity: .top1)
    #expect(analysis.front.first?.model == "AlexNet" && analysis.front.last?[.top1] == 72.75)
    for point in analysis.front {
      let better = thesis.filter {
        ($0[.latency] ?? .infinity) < point[.latency] ?? 0 && ($0[.top1] ?? 0) >= point[.top1] ?? 0
      }
      #expect(better.isEmpty)
    }
    #expect(analysis.series.map(\.points.count) == [12, 12, 8])
  }

  @Test("Results of others stand beside the own one of the same model, framework and device")
  func earlierWork() throws {
    let others = PublishedResults.shipped.observations.filter { $0.source != "thesis" }
    let pairs = EarlierWork.pairs(own: thesis, others: others)
    let tryolabs = pairs.filter { $0.other.source == "tryolabs" }
    #expect(tryolabs.count == 11 && tryolabs.count { (0.75...1.25).contains($0.ratio) } == 5)
    let mobileNet = try #require(pairs.first { $0.other.source == "google" && $0.own.model == "MobileNet v1" })
    #expect(abs(mobileNet.ratio - 2.4 / 3.37) < 1e-12)
  }

  @Test("What is measured anew stands beside every published time of its model, on the same device if there is one")
  func freshWork() throws {
    func measured(_ model: String, _ device: String, _ latency: Double) -> Observation {
      var own = Observation(source: "assay", place: "run 1", model: model, framework: "litert", device: device)
      own.quantities[.latency] = .measured(latency)
      return own
    }
    let onBoard = measured("mobilenet_v1", "Raspberry Pi", 300)
    let here = [measured("mobilenet_v1", "here", 5), measured("mobilenet_v1", "here", 4)]
    let pairs = EarlierWork.pairs(measured: here + [onBoard], published: thesis)
    let board = try #require(pairs.first { $0.other.device == "Raspberry Pi" })
    #expect(pairs.count { $0.other.device == "Raspberry Pi" } == 1 && board.own == onBoard)
    #expect(abs(board.ratio - 584.96 / 300) < 1e-12)
    let coral = pairs.filter { $0.other.device == "Coral USB Accelerator" }
    #expect(Set(coral.map(\.own.device)) == ["here", "Raspberry Pi"])
    #expect(coral.filter { $0.own.device == "here" }.allSatisfy { $0.own == here[1] }, "the fastest of a device")
    #expect(EarlierWork.isSameModel("MobileNet v2", "mobilenet-V2 (1 thread)"))
    #expect(!EarlierWork.isSameModel("MobileNet v2", "MobileNet v1"))
  }

  @Test("Cost divides speed and accuracy by price and power, and says nothing of what is unknown")
  func cost() throws {
    let coral = try #require(BestResults.times(thesis).first { $0.device == "Coral USB Accelerator" }?.best)
    let cost = DeviceCost(
      device: "Coral USB Accelerator", price: 74.99, power: 4.5, powerIsMaximum: true, fastest: coral, mostAccurate: nil
    )
    #expect(abs((cost.energy ?? 0) - 4.5 * 3.37) < 1e-9)
    #expect(abs((cost.framesPerDollar ?? 0) - 1000 / 3.37 / 74.99) < 1e-12)
    #expect(cost.accuracyPerWatt == nil)
  }

  @Test("Nothing gives nothing")
  func nothing() {
    #expect(BestResults.times([]).isEmpty && BestResults.accuracies([], tie: .fastest).isEmpty)
    #expect(AccuracyMatrix([], quantity: .top1).models.isEmpty)
    #expect(TimeAgainstAccuracy([], quantity: .top1).front.isEmpty)
    #expect(EarlierWork.pairs(own: [], others: thesis).isEmpty)
  }
}
