package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.openapi.Documented;
import org.junit.jupiter.api.Test;

/// What is served and what is described are the same. That answers are as described is checked at
/// every request of every test ([ApiUnderTest]).
class DocumentedApiTest {
  @Test
  void every_address_is_described_and_every_description_has_an_address() {
    try (var api = new ApiUnderTest()) {
      assertEquals(Documented.addresses(false).toString(), api.addresses().toString());
    }
  }

  @Test
  void every_query_parameter_is_described_and_every_described_one_is_taken() {
    try (var api = new ApiUnderTest()) {
      assertEquals(Documented.parameters(false).toString(), api.parameters().toString());
    }
  }

  @Test
  void the_document_and_its_page_need_no_key() {
    try (var api = new ApiUnderTest()) {
      final var stranger = api.caller("");
      assertEquals("3.1.0", stranger.get("/openapi.json").text("/openapi"));
      final var page = stranger.page("/docs");
      assertEquals(200, page.statusCode());
      assertTrue(page.headers().firstValue("content-type").orElse("").startsWith("text/html"));
      assertTrue(
          page.headers()
              .firstValue("content-security-policy")
              .orElse("")
              .contains("default-src 'none'"));
      assertTrue(page.body().contains("/v1/events/{event}/trail"));
    }
  }
}
