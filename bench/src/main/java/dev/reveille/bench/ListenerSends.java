package dev.reveille.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Large sends by the listener that `reveille bench-server --sends PORT` opens, to a file of
/// addresses that the server reads page by page.
final class ListenerSends implements ManySends {
  private static final String AUDIENCE = "fanout";

  private final SendsApi api;

  ListenerSends(final int port) {
    this.api = new SendsApi(port);
  }

  @Override
  public void register(final List<String> tokens) throws IOException {
    api.register(AUDIENCE, tokens);
  }

  @Override
  public List<String> handIn(final String mark, final int upTo, final String text)
      throws IOException {
    final Map<String, Object> send = new HashMap<>();
    send.put("id", mark);
    send.put("app", AppSetup.APP);
    send.put("audience", AUDIENCE);
    send.put("upTo", upTo);
    send.put("title", "Morning");
    send.put("text", text);
    send.put("mark", mark);
    return List.of(String.valueOf(api.handIn(send)));
  }

  @Override
  public Told told(final List<String> sends, final int upTo) throws IOException {
    final JsonNode told = api.progress(Long.parseLong(sends.getFirst()));
    return new Told(
        told.path("state").asText().equals("OVER") && told.path("settled").asLong() >= upTo,
        told.at("/outcomes/handed-over").asLong());
  }

  @Override
  public void close() {
    api.close();
  }
}
