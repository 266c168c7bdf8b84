package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Finds push addresses of services that this version cannot send to. Former versions took them;
/// nothing is pushed there.
final class UnservedAddresses {
  static final Set<String> SERVED = Set.of("apns", "fcm");

  private final Landscape landscape;

  UnservedAddresses(final Landscape landscape) {
    this.landscape = landscape;
  }

  List<Finding> find() {
    final var findings = new ArrayList<Finding>();
    for (final JsonNode app : landscape.apps()) {
      final var counts = new TreeMap<String, Integer>();
      for (final JsonNode phone : landscape.of(app)) {
        for (final JsonNode address : phone.path("addresses")) {
          final String service = address.path("service").asText();
          if (!SERVED.contains(service)) {
            counts.merge(service, 1, Integer::sum);
          }
        }
      }
      counts.forEach((service, count) ->
          findings.add(
              Finding.wrong(
                  "service-without-sender",
                  app.path("id").asText(),
                  (count == 1 ? "1 push address" : count + " push addresses")
                      + " of the app "
                      + (count == 1 ? "is" : "are")
                      + " of "
                      + service
                      + ", and this version has no sender for it (RV-143). Nothing is pushed"
                      + " there.",
                  "These devices are told over their live channel only, and from the inbox; let the"
                      + " app register without them.")));
    }
    return findings;
  }
}
