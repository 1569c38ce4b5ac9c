package dev.parley.it.bench;

import java.util.Locale;

/**
 * A line of the table.
 *
 * @param goal 0 when there is none: measured for comparison
 * @param value not a number when it could not be measured: then the unit says why
 */
record Measured(String what, double goal, double value, String unit, boolean moreIsBetter) {

  static Measured atMost(String what, double goal, double value, String unit) {
    return new Measured(what, goal, value, unit, false);
  }

  static Measured atLeast(String what, double goal, double value, String unit) {
    return new Measured(what, goal, value, unit, true);
  }

  static Measured without(String what, double value, String unit) {
    return new Measured(what, 0, value, unit, false);
  }

  static Measured missing(String what, String why) {
    return new Measured(what, 0, Double.NaN, why, true);
  }

  String row() {
    String aim = goal == 0 ? "–" : (moreIsBetter ? "≥ " : "≤ ") + show(goal);
    return "| " + what + " | " + aim + " | " + show(value) + " | " + verdict() + " |";
  }

  private String verdict() {
    if (goal == 0) {
      return "–";
    }
    boolean reached = moreIsBetter ? value >= goal : value <= goal;
    return String.format(Locale.ROOT, "%.2f, %s", value / goal, reached ? "reached" : "missed");
  }

  private String show(double number) {
    if (Double.isNaN(number)) {
      return "– (" + unit + ")";
    }
    String digits = number >= 100 ? "%,.0f" : number >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, digits, number) + (unit.isEmpty() ? "" : " " + unit);
  }
}
