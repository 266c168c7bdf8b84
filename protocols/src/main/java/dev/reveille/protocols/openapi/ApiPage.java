package dev.reveille.protocols.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/// Renders the OpenAPI document as one page of HTML: requests by subject, each unfolded by a click,
/// and the schemas below them.
final class ApiPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
      code, pre, .m { font-family: ui-monospace, monospace; font-size: .9em; }
      summary { cursor: pointer; padding: .3rem; border-radius: .3rem; }
      summary:hover, summary:focus { background: #8882; }
      details { border-bottom: 1px solid #8884; }
      details > div { padding: .2rem 1rem 1rem; }
      .m { display: inline-block; min-width: 4.5em; font-weight: bold; }
      table { border-collapse: collapse; } td, th { text-align: left; padding: .1rem 1rem .1rem 0; vertical-align: top; }
      pre { overflow-x: auto; background: #8881; padding: .5rem; border-radius: .3rem; }
      .quiet { opacity: .75; }
      """;

  private final JsonNode document;
  private final StringBuilder out = new StringBuilder(100_000);

  ApiPage(final JsonNode document) {
    this.document = document;
  }

  String html() {
    final var info = document.path("info");
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(text(info.path("title")))
        .append(" API</title><meta name=\"viewport\" content=\"width=device-width\"><style>")
        .append(STYLE)
        .append("</style></head><body><h1>")
        .append(text(info.path("title")))
        .append(" API</h1><p>")
        .append(text(info.path("description")))
        .append("</p><p>For programs: <a href=\"/openapi.json\">openapi.json</a> (OpenAPI ")
        .append(text(document.path("openapi")))
        .append(").</p><ul>");
    document
        .path("tags")
        .forEach(tag ->
            out.append("<li><a href=\"#")
                .append(anchor(tag.path("name").asText()))
                .append("\">")
                .append(text(tag.path("name")))
                .append("</a>: ")
                .append(text(tag.path("description")))
                .append("</li>"));
    out.append("<li><a href=\"#schemas\">Schemas</a></li></ul>\n");
    document.path("tags").forEach(this::subject);
    out.append("<h2 id=\"schemas\">Schemas</h2>\n");
    document.at("/components/schemas").properties().forEach(this::schema);
    return out.append("</body></html>\n").toString();
  }

  private void subject(final JsonNode tag) {
    final String name = tag.path("name").asText();
    out.append("<h2 id=\"")
        .append(anchor(name))
        .append("\">")
        .append(escaped(name))
        .append("</h2>\n");
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation -> {
                  if (operation.getValue().path("tags").path(0).asText().equals(name)) {
                    operation(path.getKey(), path.getValue(), operation);
                  }
                }));
  }

  private void operation(
      final String path, final JsonNode item, final Map.Entry<String, JsonNode> operation) {
    final JsonNode it = operation.getValue();
    out.append("<details id=\"")
        .append(text(it.path("operationId")))
        .append("\"><summary><span class=\"m\">")
        .append(operation.getKey().toUpperCase(Locale.ROOT))
        .append("</span> <code>")
        .append(escaped(path))
        .append("</code> <span class=\"quiet\">")
        .append(text(it.path("summary")))
        .append("</span></summary><div>");
    if (it.has("description")) {
      out.append("<p>").append(text(it.path("description"))).append("</p>");
    }
    parameters(item.path("parameters"), it.path("parameters"));
    it.at("/requestBody/content").properties().forEach(content -> content("Request", content));
    it.path("responses")
        .properties()
        .forEach(response -> {
          final JsonNode answer = resolved(response.getValue());
          final String title =
              response.getKey().equals("default") ? "Otherwise" : "Answer " + response.getKey();
          if (answer.has("content")) {
            answer.path("content").properties().forEach(content -> content(title, content));
          } else {
            out.append("<h4>").append(escaped(title)).append(": ");
            out.append(text(answer.path("description"))).append("</h4>");
          }
        });
    out.append("</div></details>\n");
  }

  private void parameters(final JsonNode ofPath, final JsonNode own) {
    if (ofPath.isEmpty() && own.isEmpty()) {
      return;
    }
    out.append("<table><tr><th>parameter<th>in<th></tr>");
    for (final JsonNode list : new JsonNode[] {ofPath, own}) {
      list.forEach(each ->
          out.append("<tr><td><code>")
              .append(text(each.path("name")))
              .append("</code><td>")
              .append(text(each.path("in")))
              .append("<td>")
              .append(text(each.path("description")))
              .append("</tr>"));
    }
    out.append("</table>");
  }

  private void content(final String title, final Map.Entry<String, JsonNode> content) {
    out.append("<h4>")
        .append(escaped(title))
        .append(" <span class=\"quiet\">")
        .append(escaped(content.getKey()))
        .append("</span></h4>");
    if (content.getValue().has("schema")) {
      out.append("<pre>");
      new SchemaText(out).write(content.getValue().path("schema"), 0);
      out.append("</pre>");
    }
  }

  private void schema(final Map.Entry<String, JsonNode> schema) {
    final String name = escaped(schema.getKey());
    out.append("<h3 id=\"schema-").append(name).append("\">").append(name).append("</h3><pre>");
    new SchemaText(out).write(schema.getValue(), 0);
    out.append("</pre>\n");
  }

  private JsonNode resolved(final JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private static String anchor(final String name) {
    return escaped(name.toLowerCase(Locale.ROOT));
  }

  private static String text(final JsonNode node) {
    return escaped(node.asText(""));
  }

  static String escaped(final String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
