{# What a message's text is; each macro takes a SQL text expression and gives a condition. #}

{# Nothing that a person could read: white space, control and invisible format characters. #}
{% macro is_blank(text) -%}
not regexp_matches({{ text }}, '[^\s\p{Z}\p{Cc}\p{Cf}]')
{%- endmacro %}

{# One character as people count, with a symbol in it: skin tones, flags and families are one. #}
{% macro is_single_emoji(text) -%}
(length_grapheme(trim({{ text }})) = 1 and regexp_matches({{ text }}, '[\p{So}\p{Sk}\x{20E3}\x{203C}\x{2049}]'))
{%- endmacro %}

{% macro is_only_links(text) -%}
regexp_matches(trim({{ text }}), '^(?i)((https?://|www\.)\S+\s*)+$')
{%- endmacro %}
