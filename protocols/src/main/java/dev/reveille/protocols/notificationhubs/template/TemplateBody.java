package dev.reveille.protocols.notificationhubs.template;

import java.util.Optional;

/// The body of a template, parsed once and rendered for each message. Immutable, thread-safe.
///
/// One that begins with `<` is XML, one with `{` is JSON. At most 64 Ki characters, 200
/// expressions, and elements, objects and lists within each other as the parsers of all protocols
/// take them.
public final class TemplateBody {
  /// Of a template, in characters.
  public static final int LONGEST = 64 * 1024;

  /// In one template.
  public static final int MOST_EXPRESSIONS = 200;

  /// Of what a message makes of it, in bytes: what no push service takes is not made at all.
  public static final int LARGEST_RESULT = 64 * 1024;

  private final Form form;

  private TemplateBody(final Form form) {
    this.form = form;
  }

  /// One of the two languages.
  sealed interface Form permits JsonTemplate, XmlTemplate {
    int expressions();

    byte[] write(Rendering rendering);
  }

  /// @throws TemplateRefused when it is neither language, an expression is none, or a limit is
  ///   passed
  public static TemplateBody parse(final String body) {
    if (body.length() > LONGEST) {
      throw new TemplateRefused("the template has more than " + LONGEST + " characters");
    }
    final var stripped = body.strip();
    final Form form =
        switch (stripped.isEmpty() ? ' ' : stripped.charAt(0)) {
          case '<' -> XmlTemplate.parse(stripped);
          case '{' -> JsonTemplate.parse(stripped);
          default -> throw new TemplateRefused("the template must be XML or a JSON object");
        };
    if (form.expressions() > MOST_EXPRESSIONS) {
      throw new TemplateRefused(
          "the template has "
              + form.expressions()
              + " expressions; at most "
              + MOST_EXPRESSIONS
              + " are taken");
    }
    return new TemplateBody(form);
  }

  public boolean isXml() {
    return form instanceof XmlTemplate;
  }

  /// What a message makes of it, in UTF-8; empty when that is larger than [#LARGEST_RESULT].
  public Optional<byte[]> render(final TemplateProperties properties) {
    final var rendering = new Rendering(properties, LARGEST_RESULT);
    final var bytes = form.write(rendering);
    return rendering.isTooLarge() || bytes.length > LARGEST_RESULT
        ? Optional.empty()
        : Optional.of(bytes);
  }
}
