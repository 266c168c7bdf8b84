package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/// An event on a simulated phone, as its user or its system would see it.
///
/// | what | fields |
/// |---|---|
/// | `registered` | `installation`, `user` |
/// | `connected`, `disconnected` | `code`, `why` of a disconnection |
/// | `arrived` | each arrival before anything is made of it: `number`, `via`, `channel`, `kind`, `platformId`, `event`, `call`, `text`, `afterEnd` ([Arrival]) |
/// | `rang` | `call`, `event`, `via` (`live`, `state`, `push`), `caller` |
/// | `ring-over` | `call`, `how` |
/// | `answered`, `declined` | `call`, `done`; `how` when the call was over before |
/// | `message`, `change` | `event`, and what the entry holds |
/// | `alert` | `event`, `title`, `text`, `replaces` |
/// | `woken` | `event`: a push that shows nothing |
/// | `deleted` | Google dropped what waited too long |
/// | `gap`, `behind`, `go-away`, `caught-up` | |
/// | `violation` | `rule`, `detail` |
/// | `trouble` | `detail`: a request that failed |
///
/// @param at when it came in, before the phone did anything about it
public record PhoneReport(String phone, Instant at, String what, ObjectNode fields) {
  public String text(final String field) {
    return fields.path(field).asText("");
  }

  public boolean is(final String word) {
    return what.equals(word);
  }

  /// As one line of JSON. An entry has a moment of its own, which is when the server accepted it
  /// and not when the phone had it.
  public ObjectNode json() {
    final ObjectNode line = fields.objectNode();
    line.put("phone", phone).put("what", what);
    line.setAll(fields);
    if (fields.has("at")) {
      line.set("acceptedAt", fields.get("at"));
    }
    return line.put("at", at.toString());
  }
}
