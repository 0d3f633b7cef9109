"""What is wrong, said at the end of the line where it is, until the text changes."""

from __future__ import annotations

from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from tcalc.errors import SyntaxFault


class Remark(Processor):
    """The last syntax error. It is drawn as long as the text is the one that it is about."""

    def __init__(self) -> None:
        """Nothing to say yet."""
        self._text = ""
        self._message = ""
        self.position = 0
        self.pending = False  # an error was shown and the input has not been run since

    def set(self, fault: SyntaxFault, text: str) -> None:
        """Say what `fault` is and remember where."""
        span = fault.diagnostic.span if fault.diagnostic else None
        self.position = min(span.start if span else len(text), len(text))
        self._text = text
        self._message = "; ".join([fault.headline, *fault.helps])
        self.pending = True

    def clear(self) -> None:
        """The input is run; what follows is another one."""
        self._text = self._message = ""
        self.pending = False

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """The line, with the message behind it if it is the one."""
        line = transformation_input
        document = line.document
        if self._message and document.text == self._text:
            row, _ = document.translate_index_to_position(self.position)
            if line.lineno == row:
                return Transformation([*line.fragments, ("class:error", f"   <- {self._message}")])
        return Transformation(line.fragments)
