package dev.reveille.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The packaged server as a [LongPollServer], its phones registered, authenticated and in the
/// foreground.
final class ReveilleServer implements LongPollServer, LongPollServer.LiveChannel {
  private static final int MOST_RECIPIENTS = 1_000; // of one event
  private static final Pattern CHANNELS =
      Pattern.compile("(?m)^reveille_channels(?:\\{.*})? (\\S+)");
  private static final Pattern POLLS =
      Pattern.compile("(?m)^reveille_polls_waiting(?:\\{.*})? (\\S+)");
  private static final Pattern STORED = Pattern.compile("\"status\":\"stored\"");
  private static final Pattern CONTENT = Pattern.compile("\"text\":\"([^\"]*)\"");
  private static final Pattern POSITION = Pattern.compile("\"(?:position|cursor)\":\"([^\"]+)\"");

  private final HeldStage stage;
  private final ServerProcess server;
  private final boolean tls;
  private final boolean sockets;
  private final boolean owner;
  private final HttpClient metrics = HttpClient.newHttpClient();
  private int told;

  ReveilleServer(final HeldStage stage, final boolean tls, final boolean sockets)
      throws IOException {
    this(stage, stage.start(tls), tls, sockets, true);
  }

  private ReveilleServer(
      final HeldStage stage,
      final ServerProcess server,
      final boolean tls,
      final boolean sockets,
      final boolean owner)
      throws IOException {
    this.stage = stage;
    this.server = server;
    this.tls = tls;
    this.sockets = sockets;
    this.owner = owner;
  }

  /// The same server, its phones on WebSockets.
  ReveilleServer withSockets() throws IOException {
    return new ReveilleServer(stage, server, tls, true, false);
  }

  @Override
  public String name() {
    return sockets ? "reveille, websocket" : "reveille, poll";
  }

  @Override
  public int port() {
    return server.devices().getPort();
  }

  @Override
  public @Nullable Path trust() {
    return tls ? stage.authority() : null;
  }

  @Override
  public byte[] opening(final int phone) {
    return sockets
        ? request(
            "/device/v1/live",
            phone,
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: reveille.v1\r\n")
        : request("/device/v1/poll?wait=900&state=foreground", phone, "");
  }

  @Override
  public byte[] again(final int phone, final String answer) {
    return request("/device/v1/poll?wait=900&cursor=" + position(answer), phone, "");
  }

  private byte[] request(final String target, final int phone, final String more) {
    return ("GET "
            + target
            + " HTTP/1.1\r\nHost: phones.example.org\r\nAuthorization: Bearer "
            + stage.tokens.get(phone)
            + "\r\n"
            + more
            + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public @Nullable LiveChannel liveChannel() {
    return sockets ? this : null;
  }

  @Override
  public String hello() {
    return "{\"frame\":\"hello\",\"state\":\"foreground\"}";
  }

  @Override
  public boolean isReady(final String frame) {
    return frame.contains("\"frame\":\"caught-up\"");
  }

  @Override
  public boolean isEvent(final String frame) {
    return frame.contains("\"frame\":\"entry\"");
  }

  @Override
  public String acknowledgement(final String frame) {
    return "{\"frame\":\"ack\",\"upTo\":\"" + position(frame) + "\"}";
  }

  private static String position(final String words) {
    final var found = POSITION.matcher(words);
    String last = "";
    while (found.find()) {
      last = found.group(1);
    }
    return last;
  }

  @Override
  public int held() throws IOException {
    final var found = (sockets ? CHANNELS : POLLS).matcher(text(metrics, server.metrics()));
    if (!found.find()) {
      throw new IOException("the metrics do not tell how many phones are connected");
    }
    return (int) Double.parseDouble(found.group(1));
  }

  static String text(final HttpClient client, final URI where) throws IOException {
    try {
      return client
          .send(HttpRequest.newBuilder(where).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /// One message to the users of the first phones; more than an event may have recipients take
  /// several, in one request.
  @Override
  public long tell(final int phones) throws IOException {
    told++;
    final int users = phones < stage.tokens.size() ? stage.user(phones - 1) + 1 : stage.users;
    final var events = new ArrayList<Map<String, Object>>();
    for (int from = 0; from < users; from += MOST_RECIPIENTS) {
      final var to = new ArrayList<String>();
      for (int user = from; user < Math.min(users, from + MOST_RECIPIENTS); user++) {
        to.add(ChatMessages.user(user));
      }
      final Map<String, Object> event = new HashMap<>();
      event.put("source", "broadcast");
      event.put("id", (sockets ? "s" : "p") + port() + "-" + told + "-" + from);
      event.put("class", "message");
      event.put("to", to);
      event.put("conversation", "all-hands");
      event.put("content", Map.of("title", "All hands", "text", content(from)));
      events.add(event);
    }
    try (var request =
        new RawPost(
            server.api().resolve("/v1/events"),
            server.trust(),
            "Content-Type: application/json\r\nAuthorization: Bearer " + server.key() + "\r\n",
            SetupApi.JSON.writeValueAsBytes(events))) {
      final long sent = request.send();
      final var answer = request.answer();
      if (STORED.matcher(answer).results().count() != events.size()) {
        throw new IOException("an event of the broadcast was not stored: " + answer);
      }
      return sent;
    }
  }

  /// Each event has a content of its own, so that a phone can tell whose it got.
  private String content(final int user) {
    return "Meeting %d begins for the users from %s"
        .formatted(told, ChatMessages.user(user / MOST_RECIPIENTS * MOST_RECIPIENTS));
  }

  @Override
  public String told(final int phone) {
    return content(stage.user(phone));
  }

  @Override
  public List<String> contents(final String answer) {
    return CONTENT.matcher(answer).results().map(found -> found.group(1)).toList();
  }

  @Override
  public List<Long> processes() {
    return List.of(server.pid());
  }

  @Override
  public void close() {
    metrics.close();
    if (owner) {
      server.close();
    }
  }
}
