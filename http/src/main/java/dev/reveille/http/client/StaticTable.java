package dev.reveille.http.client;

import java.util.Map;

/// The part of HPACK's static table (RFC 7541 appendix A) that requests to push services use.
final class StaticTable {
  /// Entries of the dynamic table are numbered after the static ones.
  static final int LENGTH = 61;

  static final int PATH = 4;

  private static final Map<String, Integer> NAMES =
      Map.ofEntries(
          Map.entry(":authority", 1),
          Map.entry(":method", 2),
          Map.entry(":path", PATH),
          Map.entry(":scheme", 6),
          Map.entry("accept", 19),
          Map.entry("authorization", 23),
          Map.entry("content-encoding", 26),
          Map.entry("content-type", 31),
          Map.entry("user-agent", 58));

  private static final Map<String, Integer> WHOLE =
      Map.of(
          ":method GET", 2,
          ":method POST", 3,
          ":scheme http", 6,
          ":scheme https", 7);

  private StaticTable() {}

  /// Index of an entry with this name, 0 when there is none.
  static int nameIndex(final String name) {
    return NAMES.getOrDefault(name, 0);
  }

  /// Index of the entry with this name and value, 0 when there is none.
  static int index(final String name, final String value) {
    return WHOLE.getOrDefault(name + " " + value, 0);
  }
}
