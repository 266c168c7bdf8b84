package dev.reveille.push.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.Bytes;
import dev.reveille.routing.port.PushContent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Requests of the packages `wns` and `mpns` of npm, as a server recorded them, beside ours for the
/// same notification.
public final class NpmRequests {
  private static final Path RECORDED =
      Path.of("../acceptance/src/test/resources/recorded/microsoft-requests.json");

  /// What says nothing of the notification: whom the connection is for, and whose library it is.
  private static final Set<String> OF_THE_CONNECTION = Set.of("host", "connection", "accept");

  private NpmRequests() {}

  private static JsonNode recorded(final String service, final String type) throws Exception {
    return new ObjectMapper().readTree(Files.readString(RECORDED)).at("/" + service + "/" + type);
  }

  /// The recorded notification as a caller of ours hands it in.
  public static PushContent.Native content(final String service, final String type)
      throws Exception {
    final var headers = new HashMap<String, String>();
    theirs(recorded(service, type))
        .forEach((name, value) -> {
          if (name.startsWith("x-")) {
            headers.put(name, value);
          }
        });
    final var body = recorded(service, type).get("body").asText();
    return new PushContent.Native("7-9", headers, Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  /// @param added headers that we write besides, by name in lower case, with a value or "" for any
  /// @param different headers of theirs whose value is another one here
  public static void areAlike(
      final String service,
      final String type,
      final String ours,
      final Map<String, String> added,
      final Map<String, String> different)
      throws Exception {
    final var recorded = recorded(service, type);
    final var wanted = theirs(recorded);
    wanted.putAll(added);
    wanted.putAll(different);
    wanted.keySet().removeAll(OF_THE_CONNECTION);
    final var found = headers(ours);
    found.keySet().removeAll(OF_THE_CONNECTION);
    wanted.replaceAll(
        (name, value) -> value.isEmpty() ? found.getOrDefault(name, "missing") : value);
    assertEquals(wanted, found, service + " " + type);
    assertEquals(recorded.get("method").asText(), ours.substring(0, ours.indexOf(' ')));
    assertEquals(recorded.get("body").asText(), WindowsStage.body(ours));
  }

  private static Map<String, String> theirs(final JsonNode request) {
    final var all = new TreeMap<String, String>();
    request
        .get("headers")
        .forEach(
            line -> all.put(line.get(0).asText().toLowerCase(Locale.ROOT), line.get(1).asText()));
    return all;
  }

  private static Map<String, String> headers(final String request) {
    final var all = new TreeMap<String, String>();
    request
        .substring(0, request.indexOf("\r\n\r\n"))
        .lines()
        .skip(1)
        .forEach(line -> {
          final int colon = line.indexOf(':');
          all.put(
              line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        });
    return all;
  }
}
