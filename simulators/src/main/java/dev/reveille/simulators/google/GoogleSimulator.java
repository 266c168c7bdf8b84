package dev.reveille.simulators.google;

import dev.reveille.simulators.service.EitherHttp;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.SimulatedService;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Google's push service on loopback: start it, make a service account and registration tokens,
/// point a sender at it, and look at what arrived.
///
/// ```java
/// try (var google = GoogleSimulator.start(GoogleOptions.DEFAULT)) {
///   var account = google.makeAccount("example-project");
///   var token = google.newToken("example-project");
///   // a sender with account.json() sends to google.endpoint()
///   google.messages(token);
/// }
/// ```
public final class GoogleSimulator extends SimulatedService {
  private static final int LARGEST_REQUEST = 1024 * 1024;
  private static final int TOKEN_BYTES = 105;

  private final GoogleOptions options;
  private final AccessTokens tokens;
  private final Phones phones;
  private final GoogleService service;

  private GoogleSimulator(final GoogleOptions options) {
    super("google", options.loops(), LoopbackCertificates.make());
    this.options = options;
    tokens = new AccessTokens(options);
    phones = new Phones(options, counters);
    service = new GoogleService(options, tokens, phones, site());
    listen(
        options.port(),
        EitherHttp.over(
            certificates,
            pipeline -> pipeline.addLast(service.newConnection()),
            pipeline ->
                pipeline.addLast(
                    new HttpServerCodec(),
                    new HttpObjectAggregator(LARGEST_REQUEST),
                    new GoogleHttp1(service))),
        options.controlPort(),
        new GoogleControl(this));
  }

  public static GoogleSimulator start(final GoogleOptions options) {
    return new GoogleSimulator(options);
  }

  // ---- addresses ----

  /// `https://127.0.0.1:PORT`, in the place of `https://fcm.googleapis.com`.
  public String endpoint() {
    return "https://127.0.0.1:" + port();
  }

  /// The address for access tokens; stands in each service account's file.
  public String tokenUri() {
    return endpoint() + GoogleService.TOKEN_PATH;
  }

  // ---- service accounts ----

  /// A new service account that may send for this project.
  public ServiceAccount makeAccount(final String project) {
    final var account = ServiceAccount.make(project, tokenUri());
    register(account, true);
    return account;
  }

  /// @param allowed whether its role may send messages
  public void register(final ServiceAccount account, final boolean allowed) {
    tokens.register(
        new AccessTokens.Account(
            account.project(),
            account.email(),
            account.keyId(),
            account.pair().getPublic(),
            account.tokenUri(),
            allowed));
  }

  /// Takes a key back, with all access tokens it earned.
  public void revoke(final String keyId) {
    tokens.revoke(keyId);
  }

  /// All access tokens end before their time.
  public void endAccessTokens() {
    tokens.endAll();
  }

  /// So many access tokens were handed out.
  public long accessTokens() {
    return tokens.issuedSoFar();
  }

  AccessTokens tokens() {
    return tokens;
  }

  // ---- registration tokens and phones ----

  /// A new active registration token.
  public String newToken(final String project) {
    final byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    final String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    final String token = text.substring(0, 22) + ":APA91b" + text.substring(22);
    put(RegistrationToken.active(token, project));
    return token;
  }

  /// Creates a registration token or changes its state.
  public void put(final RegistrationToken token) {
    phones.put(token);
  }

  /// The phone lies still with its screen off, or is moved again.
  public void doze(final String token, final boolean on) {
    phones.doze(token, on);
  }

  /// Takes the phone online; it gets what is sent to this token, first what was kept. Closing the
  /// result takes it offline.
  public AutoCloseable connectPhone(final String token, final Consumer<ArrivedMessage> phone) {
    return phones.connect(
        token,
        delivery -> {
          final var message = delivery.message();
          if (message != null) {
            phone.accept(message);
          }
        });
  }

  Phones phones() {
    return phones;
  }

  // ---- what arrived ----

  /// Everything that arrived for a token so far, refused or not; for all tokens with "".
  public List<ArrivedMessage> messages(final String token) {
    return service.arrived().list(token, 0);
  }

  List<ArrivedMessage> messages(final String token, final long since) {
    return service.arrived().list(token, since);
  }

  @Override
  public Map<String, Long> counters() {
    final var all = new TreeMap<>(counters.snapshot());
    all.put("access-tokens", tokens.issuedSoFar());
    all.put("trials", service.trials());
    return all;
  }

  // ---- faults ----

  /// A fault that meets the token endpoint only.
  public void tokenFault(final Fault fault) {
    fault(fault.to(GoogleService.OAUTH));
  }

  GoogleOptions options() {
    return options;
  }
}
