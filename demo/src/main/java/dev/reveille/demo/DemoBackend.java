package dev.reveille.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The application server behind the demo page: keeps its sessions and calls the public API, as any
/// app's backend does. It is given unchecked text; what is wrong throws [Refused]. Thread-safe;
/// blocks up to 20 s for each API request, of which a method makes several. Danger: any client that
/// reaches the listener can sign in (so: loopback only), and the key has `send` and `manage` in the
/// whole organisation. So it accepts the demo users only, and shows a window only events that it
/// made or that are for its user.
final class DemoBackend implements AutoCloseable {
  static final String APP = "dev.reveille.demo";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_SESSIONS = 1_000;
  private static final int MOST_WINDOWS = 10;
  private static final int MOST_MADE = 200;
  private static final int MOST_EVENTS = 10_000;
  private static final int LONGEST_TEXT = 1_000;

  /// What they sign in as, and what people see.
  private static final Map<String, String> USERS =
      Map.of("demo-anna", "Anna", "demo-bob", "Bob", "demo-carol", "Carol");

  /// A refusal, which the page shows instead of an answer.
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(final int status, final String sentence) {
      super(sentence);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  private final URI api;
  private final HttpClient http;
  private final String key;
  private final SecureRandom random = new SecureRandom();
  private final Sessions sessions = new Sessions();
  private final Addressees addressees = new Addressees();

  /// Users that are there, so that a sign-in writes nothing into the audit log.
  private final Set<String> prepared = ConcurrentHashMap.newKeySet();

  /// A window that is signed in, and the events that it made: it ends no others, and sees besides
  /// only what other windows sent to its user, although the key of this backend manages the whole
  /// organisation.
  static final class Session {
    private final String user;
    private final Set<String> made = new LinkedHashSet<>();

    private Session(final String user) {
      this.user = user;
    }

    String user() {
      return user;
    }

    private synchronized void makes(final String eventOrCall) {
      made.add(eventOrCall);
      if (made.size() > MOST_MADE) {
        made.remove(made.iterator().next());
      }
    }

    /// The event or call, if this session made it.
    private synchronized String own(final @Nullable Object eventOrCall) {
      final var name = String.valueOf(eventOrCall);
      if (!made.contains(name)) {
        throw new Refused(404, "This window made no such event.");
      }
      return name;
    }
  }

  /// For whom the windows' events are. The oldest are dropped when the limit is reached.
  private static final class Addressees {
    private final Map<String, String> all = new LinkedHashMap<>();

    synchronized void add(final String event, final String user) {
      all.put(event, user);
      if (all.size() > MOST_EVENTS) {
        all.remove(all.keySet().iterator().next());
      }
    }

    synchronized boolean has(final String event, final String user) {
      return user.equals(all.get(event));
    }
  }

  /// The oldest are dropped when the limit is reached.
  private static final class Sessions {
    private final Map<String, Session> all = new LinkedHashMap<>();

    synchronized void begin(final String name, final String user) {
      all.put(name, new Session(user));
      if (all.size() > MOST_SESSIONS) {
        all.remove(all.keySet().iterator().next());
      }
    }

    synchronized Optional<Session> find(final String name) {
      return Optional.ofNullable(all.get(name));
    }
  }

  private DemoBackend(final URI api, final HttpClient http, final String key) {
    this.api = api;
    this.http = http;
    this.key = key;
  }

  static DemoBackend open(final URI api, final Path authority, final String key) {
    return new DemoBackend(
        api, HttpClient.newBuilder().sslContext(trusting(authority)).build(), key);
  }

  private static SSLContext trusting(final Path authority) {
    try (var in = Files.newInputStream(authority)) {
      final var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null);
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
      final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      final var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (final IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("the authority made at the start", impossible);
    }
  }

  // ---- what the page asks ---------------------------------------------------------------------

  /// Who asks.
  Session session(final Optional<String> session) {
    return session
        .flatMap(sessions::find)
        .orElseThrow(() -> new Refused(401, "Sign in again: the server was restarted meanwhile."));
  }

  /// A session here, and the code with which the window becomes a device.
  Object signIn(final Map<String, Object> request) throws IOException {
    final var user = known(request.get("user"));
    if (prepared.add(user)) {
      ask("PUT", "/v1/apps/" + APP, Map.of("name", "Demo"));
      ask("PUT", "/v1/users/" + user, Map.of());
    }
    makeRoom(user);
    final var code = code(user);
    final var bytes = new byte[24];
    random.nextBytes(bytes);
    final var session = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    sessions.begin(session, user);
    return Map.of("code", code, "session", session, "app", APP, "users", USERS);
  }

  private JsonNode code(final String user) throws IOException {
    try {
      return ask("POST", "/v1/users/" + user + "/codes", Map.of("app", APP)).get("code");
    } catch (final Refused refused) {
      prepared.remove(user); // an operator removed it, and the next sign-in makes it anew
      throw refused;
    }
  }

  /// Windows that were closed without signing out are devices still.
  private void makeRoom(final String user) throws IOException {
    final var all = ask("GET", "/v1/installations?user=" + user, "").get("installations");
    if (all.size() < MOST_WINDOWS) {
      return;
    }
    for (final var installation : all) {
      if (!installation.at("/live/channelOpen").asBoolean()) {
        ask("DELETE", "/v1/installations/" + installation.get("id").asText(), "");
      }
    }
  }

  Object call(final Session session, final Map<String, Object> request) throws IOException {
    final var from = session.user();
    final var call = UUID.randomUUID().toString();
    final var caller = Map.of("name", name(from), "address", "sip:" + from + "@demo.invalid");
    final var event =
        event(
            session,
            request.get("to"),
            Map.of(
                "class", "call",
                "ringFor", "PT30S",
                "call",
                    Map.of(
                        "id", call,
                        "caller", caller,
                        "video", "true".equals(request.get("video")))));
    session.makes(call);
    return Map.of("call", call, "event", event);
  }

  Object cancel(final Session session, final Map<String, Object> request) throws IOException {
    return ask("POST", "/v1/calls/" + encoded(session.own(request.get("call"))) + "/cancel", "");
  }

  /// What comes after the answer is the app's own affair: the other side is told by a silent event.
  Object hangUp(final Session session, final Map<String, Object> request) throws IOException {
    final var call = String.valueOf(request.get("call"));
    final var content = Map.of("data", Map.of("call", call, "by", session.user()));
    return Map.of(
        "event",
        event(
            session,
            request.get("to"),
            Map.of("class", "silent", "type", "hang-up", "content", content)));
  }

  Object message(final Session session, final Map<String, Object> request) throws IOException {
    final var from = session.user();
    final var text = String.valueOf(request.getOrDefault("text", ""));
    if (text.isBlank() || text.length() > LONGEST_TEXT) {
      throw new Refused(400, "A message has 1 to " + LONGEST_TEXT + " characters.");
    }
    final var content = Map.of("title", name(from), "text", text, "data", Map.of("from", from));
    final var event =
        event(
            session,
            request.get("to"),
            Map.of("class", "message", "conversation", "with-" + from, "content", content));
    return Map.of("event", event);
  }

  /// What a caller and a writer want to see: who is there, how a call stands, what became of a
  /// message.
  Object now(final Session session, final Optional<String> call, final Optional<String> event)
      throws IOException {
    final var now = new LinkedHashMap<String, Object>();
    final var presences = new LinkedHashMap<String, Object>();
    for (final var user : USERS.keySet().stream().sorted().toList()) {
      final var answer = send("GET", "/v1/users/" + user + "/presence", "");
      presences.put(
          user, answer.statusCode() == 200 ? read(answer).path("presence").asText() : "offline");
    }
    now.put("presences", presences);
    if (call.isPresent()) {
      now.put("call", ask("GET", "/v1/calls/" + encoded(session.own(call.get())), ""));
    }
    if (event.isPresent()) {
      now.put("marks", marks(session.own(event.get())));
    }
    return now;
  }

  private List<String> marks(final String event) throws IOException {
    final var to = ask("GET", "/v1/events/" + encoded(event), "").at("/to/0").asText();
    for (final var entry :
        ask("GET", "/v1/users/" + encoded(known(to)) + "/inbox?limit=1000", "").get("entries")) {
      if (entry.at("/event/event").asText().equals(event)) {
        return entry.path("marks").valueStream().map(JsonNode::asText).toList();
      }
    }
    return List.of();
  }

  Object trail(final Session session, final String event) throws IOException {
    return ask("GET", "/v1/events/" + encoded(seen(session, event)) + "/trail", "");
  }

  /// The event, if this window made it or it is for its user.
  private String seen(final Session session, final String event) {
    return addressees.has(event, session.user()) ? event : session.own(event);
  }

  private String event(
      final Session session, final @Nullable Object to, final Map<String, Object> what)
      throws IOException {
    final var event = new LinkedHashMap<>(what);
    event.put("source", "demo-page");
    event.put("id", UUID.randomUUID().toString());
    final var user = known(to);
    event.put("to", List.of(user));
    final var made = ask("POST", "/v1/events", event).get("event").asText();
    session.makes(made);
    addressees.add(made, user);
    return made;
  }

  private static String known(final @Nullable Object user) {
    if (user == null || !USERS.containsKey(user.toString())) {
      throw new Refused(404, "There is no such demo user.");
    }
    return user.toString();
  }

  private static String name(final String user) {
    return USERS.getOrDefault(user, user);
  }

  private static String encoded(final @Nullable Object part) {
    return URLEncoder.encode(String.valueOf(part), StandardCharsets.UTF_8).replace("+", "%20");
  }

  // ---- the API --------------------------------------------------------------------------------

  private JsonNode ask(final String method, final String path, final Object body)
      throws IOException {
    final var answer = send(method, path, body);
    final var said = answer.body().isEmpty() ? JSON.createObjectNode() : read(answer);
    if (answer.statusCode() / 100 != 2) {
      throw new Refused(
          answer.statusCode(), said.path("title").asText() + " " + said.path("detail").asText());
    }
    return said;
  }

  private static JsonNode read(final HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> send(final String method, final String path, final Object body)
      throws IOException {
    final var request =
        HttpRequest.newBuilder(api.resolve(path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .method(
                method,
                body.equals("")
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (final InterruptedException ending) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server goes down");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
