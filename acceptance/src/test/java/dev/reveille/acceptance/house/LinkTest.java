package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *(```|~~~).*?^ *\\1 *$");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("]\\(<?([^)\\s>]+)>?(?: \"[^\"]*\")?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *#*$");

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void every_relative_link_of_the_documents_leads_somewhere() {
    final var pages = tree.files(".md");
    assertFalse(pages.isEmpty());

    final var dead = new ArrayList<String>();
    for (final var page : pages) {
      for (final var target : links(SourceTree.read(page))) {
        if (!leadsSomewhere(page, target)) {
          dead.add(tree.name(page) + " -> " + target);
        }
      }
    }
    assertEquals(List.of(), dead);
  }

  @Test
  void every_page_under_docs_can_be_reached_by_a_link() {
    final var linked = new ArrayList<Path>();
    for (final var page : tree.files(".md")) {
      for (final var target : links(SourceTree.read(page))) {
        linked.add(page.resolveSibling(target.replaceFirst("#.*", "")).normalize());
      }
    }
    final var lost =
        tree.files(".md").stream()
            .filter(page -> tree.name(page).startsWith("docs/"))
            .filter(page -> !linked.contains(page))
            .map(tree::name)
            .toList();

    assertEquals(List.of(), lost, "pages that no other page links to");
  }

  private static List<String> links(final String page) {
    final var prose = CODE.matcher(FENCED.matcher(page).replaceAll("")).replaceAll("");
    return LINK.matcher(prose)
        .results()
        .map(match -> match.group(1))
        .filter(target -> !target.matches("[a-z]+:.*"))
        .toList();
  }

  private static boolean leadsSomewhere(final Path page, final String target) {
    final var parts = target.split("#", 2);
    final var file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1 || anchors(SourceTree.read(file)).contains(parts[1]);
  }

  /// The names that hosts of Markdown give to headings.
  private static List<String> anchors(final String page) {
    return HEADING
        .matcher(page)
        .results()
        .map(match -> match.group(1).toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
