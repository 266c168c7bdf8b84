package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The end of every story: the server repeated nothing of it in its log, its metrics and the
/// trails, and noticed no fault in itself.
final class StoryScan {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String USERS = "/v1/users/";

  private final Confidential confidential = new Confidential();
  private final NoticedFaults faults = new NoticedFaults();
  private final Set<String> events = new LinkedHashSet<>();
  private final Set<String> users = new LinkedHashSet<>();
  private final List<String> found = new ArrayList<>();
  private int looks;

  Confidential confidential() {
    return confidential;
  }

  NoticedFaults faults() {
    return faults;
  }

  /// Notes what the server answered: events, whose trails are looked through, users, whose inboxes
  /// name more events, and codes, which are tokens.
  void answered(final String method, final String path, final HttpResponse<String> answer)
      throws IOException {
    if (path.startsWith(USERS)) {
      users.add(path.substring(USERS.length()).replaceFirst("[/?].*", ""));
    }
    if (method.equals("POST") && answer.statusCode() / 100 == 2 && !answer.body().isEmpty()) {
      final var told = JSON.readTree(answer.body());
      if (path.equals("/v1/events")) {
        events.addAll(told.findValuesAsText("event"));
      } else if (path.endsWith("/codes")) {
        confidential.token(told.get("code").asText());
      }
    }
  }

  /// Looks through trails and metrics of a server that runs: once, at the end.
  void look(final Theatre theatre) throws Exception {
    if (looks++ > 0) {
      return;
    }
    for (final var user : Set.copyOf(users)) {
      final var inbox = theatre.send("GET", USERS + user + "/inbox", "");
      if (inbox.statusCode() == 200) {
        for (final var entry : JSON.readTree(inbox.body()).get("entries")) {
          events.add(entry.at("/event/event").asText());
        }
      }
    }
    for (final var event : events) {
      String next = "";
      do {
        final var trail = theatre.send("GET", "/v1/events/" + event + "/trail" + next, "");
        next = "";
        if (trail.statusCode() == 200) {
          final var said = (ObjectNode) JSON.readTree(trail.body());
          said.remove("event"); // the event as it was handed in
          found.addAll(confidential.in("the trail of " + event, said.toPrettyString()));
          next = said.has("next") ? "?after=" + said.get("next").asText() : "";
        }
      } while (!next.isEmpty());
    }
    final var page = theatre.metrics();
    found.addAll(confidential.in("the metrics", page));
    found.addAll(faults.inMetrics(page));
  }

  void log(final String log) {
    found.addAll(confidential.in("the log", log));
    found.addAll(faults.inLog(log));
  }

  void passOrFail() {
    if (!found.isEmpty()) {
      throw new AssertionError(String.join("\n", found));
    }
  }
}
