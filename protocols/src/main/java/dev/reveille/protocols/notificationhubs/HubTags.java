package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads and checks the tags of one registration or installation: at most 60, and of each special
/// form one. Tags that differ in case only are one; the first stays.
public final class HubTags {
  public static final int MOST = 60;

  private HubTags() {}

  /// @throws HubRefused when one is no tag or there are too many
  public static List<Tag> of(final Collection<String> words) {
    final Set<Tag> tags = new LinkedHashSet<>();
    for (final var word : words) {
      tags.add(tag(word));
    }
    return checked(tags);
  }

  /// As registrations write them: with commas between them; blanks around them do not matter.
  ///
  /// @throws HubRefused when one is no tag or there are too many
  public static List<Tag> ofList(final String text) {
    final var words = new ArrayList<String>();
    for (final var word : text.split(",", -1)) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    return of(words);
  }

  /// The tags as one text, as clients split it: without blanks.
  public static String list(final List<Tag> tags) {
    return String.join(",", tags.stream().map(Tag::value).toList());
  }

  /// @throws HubRefused when it is no tag
  static Tag tag(final String word) {
    try {
      return new Tag(word);
    } catch (final IllegalArgumentException bad) {
      throw HubRefused.malformed("tag \"" + word + "\": " + bad.getMessage());
    }
  }

  /// @throws HubRefused when there are too many
  static List<Tag> checked(final Collection<Tag> tags) {
    if (tags.size() > MOST) {
      throw HubRefused.malformed(
          "there are " + tags.size() + " tags; at most " + MOST + " are taken");
    }
    final Set<String> forms = new LinkedHashSet<>();
    for (final var tag : tags) {
      if (tag.isSpecial()) {
        final var form = tag.value().substring(0, tag.value().indexOf('{'));
        if (!forms.add(form.toLowerCase(Locale.ROOT))) {
          throw HubRefused.malformed("there is more than one tag of the form " + form + "{...}");
        }
      }
    }
    return List.copyOf(tags);
  }
}
