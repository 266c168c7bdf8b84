package dev.reveille.simulators.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reveille.simulators.phone.HandleClaims.ClearingHouse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A simulated phone claims handles at a clearing house.
class HandleClaimsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> asked = new ArrayList<>();
  private HttpServer server;
  private HandleClaims claims;
  private int answer = 202;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    claims =
        new HandleClaims(
            HttpClient.newHttpClient(),
            new ClearingHouse(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "push.example",
                "contoso.example",
                "rp_code"),
            "com.example.phone");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /// Pushes a former challenge and the right one when it is asked for a handle.
  private void answer(final HttpExchange exchange) throws IOException {
    final var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    asked.add(body);
    if (exchange.getRequestURI().getPath().equals("/device/v1/handles")) {
      claims.takes(apple("former"));
      claims.takes(apple("word"));
      say(exchange, answer, "{\"handle\":\"claimed\",\"state\":\"pending\"}");
    } else {
      assertEquals("/device/v1/handles/claimed/confirmation", exchange.getRequestURI().getPath());
      final boolean isRight = body.path("challenge").asText().equals("word");
      say(exchange, isRight ? 200 : 404, "{\"handle\":\"counts\",\"state\":\"active\"}");
    }
  }

  private static void say(final HttpExchange exchange, final int status, final String body)
      throws IOException {
    final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static JsonNode json(final String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private static JsonNode apple(final String word) throws IOException {
    return json(
        "{'headers':{'apns-push-type':'voip'},'payload':{'aps':{},'reveille':{'v':1,'id':'"
            + word
            + "','class':'silent','type':'reveille:handle-challenge'}}}");
  }

  private static ArrayNode tokens() throws IOException {
    return (ArrayNode) json("[{'service':'apns','channel':'voip','token':'t','sandbox':true}]");
  }

  @Test
  void a_handle_stands_for_the_token_after_the_right_challenge() throws Exception {
    assertEquals(
        json(
            "[{'service':'apns','channel':'voip','handle':'counts',"
                + "'clearingHouse':'push.example'}]"),
        claims.inPlaceOf(tokens()));
    assertEquals(
        json(
            "{'app':'com.example.phone','partner':'contoso.example','code':'rp_code',"
                + "'token':{'service':'apns','channel':'voip','token':'t','sandbox':true}}"),
        asked.getFirst());
    assertEquals(3, asked.size(), "the former challenge was tried first");
  }

  @Test
  void a_refusal_ends_the_registration() throws Exception {
    answer = 403;
    final var refused = assertThrows(IOException.class, () -> claims.inPlaceOf(tokens()));
    assertTrue(String.valueOf(refused.getMessage()).contains("403"));
  }

  @Test
  void only_challenges_are_taken_from_the_app() throws Exception {
    assertTrue(claims.takes(apple("word")));
    assertTrue(
        claims.takes(
            JSON.createObjectNode()
                .set(
                    "message",
                    JSON.createObjectNode()
                        .set(
                            "data",
                            JSON.createObjectNode()
                                .put(
                                    "reveille",
                                    "{\"id\":\"w\",\"type\":\"reveille:handle-challenge\"}")))));
    assertFalse(
        claims.takes(json("{'payload':{'reveille':{'id':'1','class':'message','type':'chat'}}}")));
    assertFalse(claims.takes(json("{'message':{}}")));
  }
}
