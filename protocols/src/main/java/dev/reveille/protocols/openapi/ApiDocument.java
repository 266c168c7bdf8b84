package dev.reveille.protocols.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.server.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Serves the OpenAPI document of the API, and a page made from it. Both need no key: they contain
/// only what is published, and are read before there is a key.
public final class ApiDocument {
  private static final String RESOURCE = "openapi.json";

  /// The page has no scripts, loads nothing, and must not be framed by others.
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final Answer document;
  private final Answer page;

  private ApiDocument(final byte[] text) throws IOException {
    final JsonNode json = new ObjectMapper().readTree(text);
    this.document = Answer.of(200, "application/json", text);
    this.page =
        Answer.of(
            200,
            "text/html; charset=utf-8",
            new ApiPage(json).html().getBytes(StandardCharsets.UTF_8),
            "Content-Security-Policy",
            POLICY);
  }

  public static ApiDocument load() {
    try (var stream = ApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is not in this build");
      }
      return new ApiDocument(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `GET /openapi.json`.
  public Answer document() {
    return document;
  }

  /// `GET /docs`.
  public Answer page() {
    return page;
  }
}
