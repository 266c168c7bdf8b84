package dev.reveille.storage.codec;

/// Thrown for stored bytes that a newer version of this program wrote. While the store is opened it
/// becomes a [dev.reveille.routing.port.StoreException] with the remedy to start that version.
public final class NewerFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NewerFormatException(final int found, final int known) {
    super("the records have format " + found + ", this version knows formats up to " + known);
  }

  /// A number that this version gave to nothing, in a record that is not damaged.
  public NewerFormatException(final String what, final long number) {
    super("this version knows no " + what + " with the number " + number);
  }

  /// A word that this version does not know, in a record that is not damaged.
  public NewerFormatException(final String what, final String word) {
    super("this version knows no " + what + " of the name " + word);
  }
}
