package dev.reveille.protocols.federation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A setting that an edge has of its own and that differs from home's. The edge's counts.
///
/// @param object such as `access-edge global` or `domain contoso.example`
/// @param here what the edge has
/// @param home what home has; "" when it has no such object
public record OwnSetting(String organisation, String object, String here, String home) {
  private static final int LONGEST = 300;

  static String inWords(final Map<String, List<String>> values) {
    final var words =
        new TreeMap<>(values)
            .entrySet().stream()
                .map(each -> each.getKey() + "=" + String.join(",", each.getValue()))
                .collect(Collectors.joining(" "));
    if (words.isEmpty()) {
      return "the defaults";
    }
    return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
  }
}
