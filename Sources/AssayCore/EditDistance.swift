/// Levenshtein's distance: the fewest characters to insert, delete or replace.
public enum EditDistance {
  public static func between(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (character == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }

  /// The word that was probably meant: the nearest, unless it differs in more than a third of its characters and more than two.
  public static func suggestion(for word: String, among words: some Sequence<String>) -> String? {
    let ranked = words.map { ($0, between(word.lowercased(), $0)) }.min { $0.1 < $1.1 }
    guard let (nearest, distance) = ranked, distance <= max(2, nearest.count / 3), distance < nearest.count else {
      return nil
    }
    return nearest
  }
}
