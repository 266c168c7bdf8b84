package dev.reveille.acceptance.stories;

import java.util.Map;

/// An answer as it came: each header once, under its name in lower case.
record WireAnswer(int status, Map<String, String> headers, String body) {
  WireAnswer {
    headers = Map.copyOf(headers);
  }

  String header(final String name) {
    return headers.getOrDefault(name, "");
  }

  boolean endsConnection() {
    return header("connection").equalsIgnoreCase("close");
  }
}
