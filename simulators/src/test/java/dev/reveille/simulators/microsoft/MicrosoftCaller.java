package dev.reveille.simulators.microsoft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.TrustingClient;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// Sends single requests with the JDK's own client, right or wrong as a test wants them.
final class MicrosoftCaller implements AutoCloseable {
  static final String TOAST =
      "<toast><visual><binding template=\"ToastText01\"><text id=\"1\">Anna</text></binding>"
          + "</visual></toast>";
  static final String TILE =
      "<tile><visual><binding template=\"TileSquareText04\"><text id=\"1\">Anna</text></binding>"
          + "</visual></tile>";
  static final String BADGE = "<badge value=\"3\"/>";
  static final String PHONE_TOAST =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><wp:Notification xmlns:wp=\"WPNotification\">"
          + "<wp:Toast><wp:Text1>Anna</wp:Text1></wp:Toast></wp:Notification>";
  static final String PHONE_TILE =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><wp:Notification xmlns:wp=\"WPNotification\">"
          + "<wp:Tile><wp:Count>3</wp:Count></wp:Tile></wp:Notification>";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MicrosoftSimulator microsoft;
  private final HttpClient client;
  private String bearer = "";

  MicrosoftCaller(final MicrosoftSimulator microsoft) throws Exception {
    this(microsoft, Optional.empty());
  }

  MicrosoftCaller(final MicrosoftSimulator microsoft, final Optional<LoopbackCertificates> own)
      throws Exception {
    this.microsoft = microsoft;
    client = TrustingClient.of(microsoft.authorityPem(), HttpClient.Version.HTTP_1_1, own);
  }

  // ---- tokens ----

  /// @param form in the place of what is right
  HttpResponse<String> token(final MicrosoftIdentity identity, final Map<String, String> form)
      throws Exception {
    return token(uri(identity), identity, form);
  }

  private String uri(final MicrosoftIdentity identity) {
    return identity.isOfStore()
        ? microsoft.storeTokenUri()
        : microsoft.entraTokenUri(identity.tenant());
  }

  HttpResponse<String> token(
      final String uri, final MicrosoftIdentity identity, final Map<String, String> form)
      throws Exception {
    final var all = new LinkedHashMap<String, String>();
    all.put("grant_type", "client_credentials");
    all.put("client_id", identity.clientId());
    all.put("client_secret", identity.secret());
    all.put(
        "scope", identity.isOfStore() ? "notify.windows.com" : "https://wns.windows.com/.default");
    all.putAll(form);
    final var body =
        all.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return client.send(
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  void signIn(final MicrosoftIdentity identity) throws Exception {
    final var answer = JSON.readTree(token(identity, Map.of()).body());
    bearer = "Bearer " + answer.path("access_token").asText();
  }

  // ---- pushes ----

  /// A push of WNS with the headers of its type; those given come in their place, "" takes one out.
  HttpResponse<String> wns(
      final String uri, final String type, final String body, final Map<String, String> headers)
      throws Exception {
    final var all = new LinkedHashMap<String, String>();
    all.put("Authorization", bearer);
    all.put("Content-Type", type.equals("raw") ? "application/octet-stream" : "text/xml");
    all.put("X-WNS-Type", "wns/" + type);
    all.putAll(headers);
    return client.send(
        request(uri, "POST", BodyPublishers.ofString(body), all), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> later(final String uri) {
    return client.sendAsync(
        request(
            uri,
            "POST",
            BodyPublishers.ofString(TOAST),
            Map.of("Authorization", bearer, "Content-Type", "text/xml", "X-WNS-Type", "wns/toast")),
        BodyHandlers.ofString());
  }

  HttpResponse<String> chunked(final String uri) throws Exception {
    final var body = TOAST.getBytes(StandardCharsets.UTF_8);
    return client.send(
        request(
            uri,
            "POST",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
            Map.of("Authorization", bearer, "Content-Type", "text/xml", "X-WNS-Type", "wns/toast")),
        BodyHandlers.ofString());
  }

  HttpResponse<String> any(final String uri, final String method, final Map<String, String> headers)
      throws Exception {
    final var all = new LinkedHashMap<String, String>();
    all.put("Authorization", bearer);
    all.putAll(headers);
    return client.send(request(uri, method, BodyPublishers.noBody(), all), BodyHandlers.ofString());
  }

  /// A push of MPNS with the headers of its type; those given come in their place.
  HttpResponse<String> mpns(
      final String uri, final String type, final String body, final Map<String, String> headers)
      throws Exception {
    final var all = new LinkedHashMap<String, String>();
    all.put("Content-Type", "text/xml");
    if (!type.equals("raw")) {
      all.put("X-WindowsPhone-Target", type.equals("tile") ? "token" : type);
    }
    all.putAll(headers);
    return client.send(
        request(uri, "POST", BodyPublishers.ofString(body), all), BodyHandlers.ofString());
  }

  private static HttpRequest request(
      final String uri,
      final String method,
      final HttpRequest.BodyPublisher body,
      final Map<String, String> headers) {
    final var request =
        HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).method(method, body);
    headers.forEach((name, value) -> {
      if (!value.isEmpty()) {
        request.header(name, value);
      }
    });
    return request.build();
  }

  JsonNode control(final String method, final String path, final String body) throws Exception {
    return TrustingClient.control(client, microsoft.control() + path, method, body);
  }

  static String header(final HttpResponse<String> answer, final String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
