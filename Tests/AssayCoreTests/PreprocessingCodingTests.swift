import AssayCore
import Foundation
import Testing

@Suite("A choice of preprocessing is short JSON, and is read again")
struct PreprocessingCodingTests {
  private static func choice(_ change: (inout PreprocessingChoice) -> Void) -> PreprocessingChoice {
    var choice = PreprocessingChoice()
    change(&choice)
    return choice
  }

  private static let cases: [(PreprocessingChoice, String)] = [
    (choice { _ in }, #"{"preset":"imagenet-center"}"#),
    (
      choice {
        $0.preset = .squash
        $0.filter = .lanczos
        $0.layout = .nchw
        $0.channels = .bgr
        $0.appliesOrientation = true
      },
      #"{"channels":"bgr","exif":true,"filter":"lanczos","layout":"nchw","preset":"squash"}"#
    ),
    (
      choice {
        $0.resize = .shorterSide(256)
        $0.crop = .exactly(width: 224, height: 192)
        $0.numbers = .standardized(mean: [0.485, 0.456, 0.406], deviation: nil)
      },
      #"{"crop":[224,192],"mean":[0.485,0.456,0.406],"preset":"imagenet-center","resize":[256]}"#
    ),
    (
      choice {
        $0.preset = .inception
        $0.resize = .exactly(width: 320, height: 240)
        $0.crop = .fraction(0.875)
        $0.numbers = .range(low: -1, high: 1)
      },
      #"{"crop":0.875,"preset":"inception","range":[-1,1],"resize":[320,240]}"#
    ),
    (
      choice {
        $0.crop = .fraction(1)
        $0.numbers = .standardized(mean: nil, deviation: [127.5])
      },
      #"{"crop":1,"preset":"imagenet-center","std":[127.5]}"#
    ),
  ]

  @Test("Both ways", arguments: cases)
  func bothWays(choice: PreprocessingChoice, json: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(String(decoding: try encoder.encode(choice), as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(PreprocessingChoice.self, from: Data(json.utf8)) == choice)
  }

  @Test(
    "Sizes, crops and ranges with a wrong number of sides are refused",
    arguments: [
      #"{"preset":"squash","resize":[]}"#, #"{"preset":"squash","resize":[1,2,3]}"#,
      #"{"preset":"squash","crop":[224]}"#, #"{"preset":"squash","range":[1]}"#, #"{"preset":"other"}"#,
    ])
  func malformed(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PreprocessingChoice.self, from: Data(json.utf8))
    }
  }
}
