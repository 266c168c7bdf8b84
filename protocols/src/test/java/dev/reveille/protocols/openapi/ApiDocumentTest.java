package dev.reveille.protocols.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The document by itself, and the page made of it. That it says what is served is checked where
/// the addresses are.
class ApiDocumentTest {
  @Test
  void references_lead_somewhere_and_every_schema_is_used() {
    final var document = Documented.read();
    final var used = Documented.references(document);
    final var lost =
        used.stream().filter(each -> document.at(each.substring(1)).isMissingNode()).toList();
    assertEquals(List.of(), lost);
    final var unused = new ArrayList<String>();
    document
        .at("/components/schemas")
        .fieldNames()
        .forEachRemaining(name -> {
          if (!used.contains("#/components/schemas/" + name)) {
            unused.add(name);
          }
        });
    assertEquals(List.of(), unused);
  }

  @Test
  void every_operation_has_a_name_of_its_own_a_summary_and_a_subject() {
    final var document = Documented.read();
    final var subjects = new HashSet<String>();
    document.path("tags").forEach(tag -> subjects.add(tag.path("name").asText()));
    final var names = new HashSet<String>();
    document
        .path("paths")
        .forEach(path ->
            path.properties().stream()
                .filter(each -> !each.getKey().matches("parameters|servers"))
                .forEach(each -> {
                  final var operation = each.getValue();
                  assertTrue(names.add(operation.path("operationId").asText()), each::toString);
                  assertFalse(operation.path("summary").asText().isEmpty(), each::toString);
                  assertTrue(
                      subjects.contains(operation.path("tags").path(0).asText()), each::toString);
                }));
  }

  @Test
  void the_page_names_every_request_and_needs_nothing_from_elsewhere() {
    final var page = new ApiPage(Documented.read()).html();
    Documented.read()
        .path("paths")
        .fieldNames()
        .forEachRemaining(path -> assertTrue(page.contains("<code>" + path + "</code>"), path));
    assertFalse(page.contains("<script"), "no scripts");
    assertFalse(page.contains("src=") || page.contains("@import"), "nothing is loaded");
    assertFalse(page.contains("href=\"http"), "no links to elsewhere");
  }

  @Test
  void the_comparison_notices_a_field_that_is_not_described() {
    final var known = "{\"user\":\"anna\",\"presence\":\"away\"}";
    Documented.check("GET", "/v1/users/anna/presence", "", 200, "application/json", known);
    final var more = known.replace("}", ",\"mood\":\"fine\"}");
    assertThrows(
        AssertionError.class,
        () -> Documented.check("GET", "/v1/users/a/presence", "", 200, "application/json", more));
    assertThrows(
        AssertionError.class,
        () -> Documented.check("GET", "/v1/users/a/presence", "", 200, "text/plain", known));
    assertThrows(
        AssertionError.class, () -> Documented.check("DELETE", "/v1/users/a", "", 202, "", ""));
  }
}
