import AssayCore

/// One number of one table.
struct PublishedValue {
  let source: String
  let table: String
  let row: Int
  let model: String
  let framework: String
  let device: String
  let optimizer: String?
  let precision: String?
  let host: String?
  let conditions: String
  let quantity: Observation.Quantity
  let value: ObservedValue

  init(_ row: EmbeddedTable.Row) {
    source = row["source"]
    table = row["table"]
    self.row = Int(row["row"]) ?? 0
    model = row["model"]
    framework = row["framework"]
    device = row["device"]
    optimizer = row.optional("optimizer")
    precision = row.optional("precision")
    host = row.optional("host")
    conditions = row["conditions"]
    quantity = Observation.Quantity(rawValue: row["metric"]) ?? .latency
    value = row.observed("value", reason: row["reason"])
  }

  /// The values of each row and device together.
  ///
  /// - Parameter images: how many images a source classified, by its name.
  static func observations(
    _ values: [PublishedValue], names: NameTable, images: [String: Int]
  ) -> [Observation] {
    struct Key: Hashable { let table, model, device: String, row: Int }
    var order: [Key] = []
    var found: [Key: Observation] = [:]
    for value in values {
      let key = Key(table: value.table, model: value.model, device: value.device, row: value.row)
      if found[key] == nil { order.append(key) }
      found[key, default: value.observation(names)].quantities[value.quantity] = value.value
    }
    for (key, observation) in found { found[key]?.images = images[observation.source] }
    return order.compactMap { found[$0] }
  }

  private func observation(_ names: NameTable) -> Observation {
    var observation = Observation(
      source: source, place: table, model: model, framework: framework, device: device, host: host,
      optimizer: optimizer, precision: precision)
    observation.model = names.name("model", model)
    observation.framework = names.name("framework", framework)
    observation.device = names.name("device", device)
    return observation
  }
}
