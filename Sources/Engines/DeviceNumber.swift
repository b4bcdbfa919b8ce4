/// The number of a device among those of its kind: 0 of `cuda`, 1 of `cuda:1`; `nil` for another kind, or what is no number.
func deviceNumber(_ device: String, of kind: String) -> Int32? {
  if device == kind { return 0 }
  guard device.hasPrefix("\(kind):"), let number = Int32(device.dropFirst(kind.count + 1)), number >= 0 else {
    return nil
  }
  return number
}
