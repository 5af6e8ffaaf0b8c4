[inputs: ["mix.exs", "{lib,measuring,test}/**/*.{ex,exs}"], line_length: 100]
