package dev.parley.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns as wide as what stands in them, two spaces apart, the heading dimmed. */
public final class Table {
  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    this.heading = Arrays.asList(heading);
  }

  public Table row(String... cells) {
    rows.add(Arrays.asList(cells));
    return this;
  }

  public String show(Style style) {
    StringBuilder text = new StringBuilder();
    text.append(style.dim(line(heading))).append('\n');
    rows.forEach(row -> text.append(line(row)).append('\n'));
    return text.toString();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i));
      int missing = width(i) - length(cells.get(i));
      line.append(" ".repeat(i + 1 < cells.size() ? missing + 2 : 0));
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int width = length(heading.get(column));
    for (List<String> row : rows) {
      width = Math.max(width, length(row.get(column)));
    }
    return width;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
