{# What a message's text is; each macro takes a SQL text expression. #}

{# White space, control and invisible format characters, and letters that show nothing: fillers,
   joiners, variation selectors, the empty Braille cell. #}
{% macro unseen() -%}
\s\p{Z}\p{Cc}\p{Cf}\x{034F}\x{115F}\x{1160}\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}
{%- endmacro %}

{# Nothing that a person could read. #}
{% macro is_blank(text) -%}
not regexp_matches({{ text }}, '[^{{ unseen() }}]')
{%- endmacro %}

{# DuckDB's own `trim` takes spaces only. #}
{% macro stripped(text) -%}
regexp_replace({{ text }}, '^[\s\p{Z}\p{Cc}\p{Cf}]+|[\s\p{Z}\p{Cc}\p{Cf}]+$', '', 'g')
{%- endmacro %}

{# One character as people count, with a symbol in it: skin tones, flags and families are one. #}
{% macro is_single_emoji(text) -%}
(length_grapheme({{ stripped(text) }}) = 1 and regexp_matches({{ text }}, '[\p{So}\p{Sk}\x{20E3}\x{203C}\x{2049}]'))
{%- endmacro %}

{% macro is_only_links(text) -%}
regexp_matches({{ stripped(text) }}, '^(?i)((https?://|www\.)\S+\s*)+$')
{%- endmacro %}
